//! A directory of a dozen invented members, small enough to know by heart.

use axum::body::Body;
use axum::http::Method;
use madoguchi::domain::access::actor::Role;
use madoguchi::usecase::Error;
use madoguchi::usecase::members;
use madoguchi::usecase::members::{ImportFile, ImportReport};

use super::{Answer, Client, TestApp};

/// The header of contracts section 1.
const HEADER: &str = "管理番号,会員番号,医籍番号,会員区分,氏名,氏名カナ,入会年月日,異動年月日,異動前会員区分,退会年月日,手続状況,\
                      申請受付年月日,申請会員区分,都道府県医師会,郡市区等医師会,施設番号,施設種別,施設名,施設名カナ,郵便番号,所在地,電話番号,役割";

/// A①, opens 榎本みどり医院.
pub(crate) const ENOMOTO: &str = "M0000001,1301000017,234567,A①,榎本　蓮太郎,エノモト　レンタロウ,2015/04/01,,,,,,,東京都医師会,文京区医師会,F0000001,診療所,榎本みどり医院,エノモトミドリイイン,113-0021,東京都文京区本駒込9-8-7,03-0000-1111,開設者";
/// An enrolment as A① under way.
pub(crate) const MINASE: &str = "M0000002,,345679,,水無瀬　柚子,ミナセ　ユズ,,,,,入会手続中,2026/11/02,A①,京都府医師会,伏見医師会,F0000002,診療所,水無瀬ゆず内科,ミナセユズナイカ,612-8083,京都府京都市伏見区京町九丁目87,075-000-2222,開設者";
/// No A① member.
pub(crate) const KUROSE: &str = "M0000003,2701000038,456781,A②B,黒瀬　冬馬,クロセ　トウマ,2019/07/01,,,,,,,大阪府医師会,城東区医師会,F0000003,病院,城東さざなみ病院,ジョウトウサザナミビョウイン,536-0005,大阪府大阪市城東区中央8-7-6,06-0000-3333,管理者";

/// What the four items are when they all agree with ENOMOTO.
pub(crate) const ENOMOTO_SAID: [(&str, &str); 4] = [
    ("member_name", "榎本蓮太郎"),
    ("facility", "榎本みどり医院"),
    ("address", "東京都文京区本駒込9-8-7"),
    ("number", "234567"),
];
/// The same for MINASE.
pub(crate) const MINASE_SAID: [(&str, &str); 4] = [
    ("member_name", "水無瀬柚子"),
    ("facility", "水無瀬ゆず内科"),
    ("address", "京都府京都市伏見区京町九丁目87"),
    ("number", "345679"),
];
/// The same for KUROSE.
pub(crate) const KUROSE_SAID: [(&str, &str); 4] = [
    ("member_name", "黒瀬冬馬"),
    ("facility", "城東さざなみ病院"),
    ("address", "大阪府大阪市城東区中央8-7-6"),
    ("number", "456781"),
];

/// The dozen: those above and nine others who only fill the pages.
pub(crate) fn dozen() -> Vec<String> {
    let others = [
        ("青柳　一葉", "アオヤギ　カズハ"),
        ("石塚　二葉", "イシヅカ　フタバ"),
        ("宇野　三葉", "ウノ　ミツハ"),
        ("江藤　四葉", "エトウ　ヨツバ"),
        ("大谷　五葉", "オオタニ　イツハ"),
        ("川俣　六葉", "カワマタ　ムツハ"),
        ("木内　七葉", "キウチ　ナナハ"),
        ("久我　八葉", "クガ　ヤツハ"),
        ("剣持　九葉", "ケンモチ　クハ"),
    ];
    let filler = others.iter().enumerate().map(|(i, (name, kana))| {
        let n = i + 4;
        let family = name.split('　').next().unwrap_or_default();
        format!(
            "M000{n:04},400100{n:04},50{n:04},A①,{name},{kana},2010/04/01,,,,,,,福岡県医師会,福岡市医師会,F000{n:04},診療所,{family}クリニック,,\
             810-00{n:02},福岡県福岡市中央区天神{n}-1-1,092-000-{n:04},開設者"
        )
    });
    [ENOMOTO, MINASE, KUROSE].into_iter().map(str::to_owned).chain(filler).collect()
}

/// A file of rows.
pub(crate) fn csv(rows: &[String]) -> Vec<u8> {
    format!("{HEADER}\n{}\n", rows.join("\n")).into_bytes()
}

/// The bytes of a file of `tests/data`.
pub(crate) fn data(name: &str) -> Vec<u8> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name);
    std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

impl TestApp {
    /// Imports a file as the administrator, and builds the index anew.
    pub(crate) async fn import(&self, bytes: &[u8], exported_on: &str) -> Result<ImportReport, Error> {
        self.import_as(bytes, exported_on, false, false).await
    }

    /// The same, with what may be allowed.
    pub(crate) async fn import_as(
        &self,
        bytes: &[u8],
        exported_on: &str,
        dry_run: bool,
        allow_shrink: bool,
    ) -> Result<ImportReport, Error> {
        let exported_on = exported_on.parse().expect("a day");
        let file =
            ImportFile { name: "名簿.csv", bytes, exported_on, allow_shrink, dry_run, ..ImportFile::default() };
        let report = members::import(&self.services, &self.ctx(Role::Administrator), &file, &mut |_, _| {}).await?;
        members::refresh(&self.services).await?;
        Ok(report)
    }

    /// The dozen, exported on the first of November.
    pub(crate) async fn with_directory(self) -> Self {
        self.import(&csv(&dozen()), "2026-11-01").await.expect("an import");
        self
    }
}

impl Client {
    /// Sends the form of an import.
    pub(crate) async fn upload_directory(&self, path: &str, fields: &[(&str, &str)], file: &[u8]) -> Answer {
        let mut body = Vec::new();
        for (name, value) in fields {
            let part = format!("--part\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend(part.as_bytes());
        }
        let head = "--part\r\nContent-Disposition: form-data; name=\"file\"; filename=\"名簿.csv\"\r\n\r\n";
        body.extend(head.as_bytes());
        body.extend(file);
        body.extend(b"\r\n--part--\r\n");
        let request = self.request(Method::POST, path).header("content-type", "multipart/form-data; boundary=part");
        self.send(request.body(Body::from(body)).expect("a request")).await
    }
}
