//! Kanji that are written more than one way. Two tiers: `safe` pairs are one character in two forms; `wide` ones
//! are different by origin but confused on the phone. Records are never rewritten: only keys are folded.

use std::sync::LazyLock;

/// New form first, then its old, register or printed forms: one character each, so folding loses nothing.
/// (Facts of the 1946/1981/2010 character lists and of the family registers.)
const SAFE: &str = "亜亞 悪惡 圧壓 囲圍 医醫 為爲 壱壹 隠隱 栄榮 営營 衛衞 駅驛 円圓 塩鹽 縁緣 応應 欧歐 殴毆 桜櫻 奥奧 横橫 温溫 穏穩 仮假 価價 画畫 会會 \
壊壞 懐懷 絵繪 海\u{fa45} 拡擴 覚覺 学學 岳嶽 楽樂 渇渴 関關 観觀 歓歡 陥陷 館舘 巌巖 気氣 帰歸 器\u{fa38} 偽僞 戯戲 犠犧 旧舊 拠據 挙擧 峡峽 挟挾 狭狹 \
郷鄕 暁曉 区區 駆驅 勲勳 薫薰 径徑 恵惠 渓溪 経經 継繼 茎莖 蛍螢 軽輕 鶏鷄雞 芸藝 撃擊 県縣 倹儉 剣劍劔釼 圏圈 検檢 権權 献獻 研硏 険險 顕顯 験驗 厳嚴 \
効效 広廣 恒恆 鉱鑛 号號 国國圀 黒黑 済濟 砕碎 斎齋 剤劑 桟棧 蚕蠶 惨慘 賛贊 残殘 糸絲 歯齒 児兒 辞辭 湿濕 実實 舎舍 写寫 釈釋 寿壽 収收 従從 渋澁 獣獸 \
縦縱 粛肅 処處 緒\u{fa5b} 叙敍 将將 称稱 渉涉 焼燒 証證 奨奬 条條 状狀 乗乘 浄淨 剰剩 畳疊 縄繩 壌壤 嬢孃 譲讓 醸釀 嘱囑 触觸 寝寢 慎愼 真眞 晋晉 尽盡 図圖 \
粋粹 酔醉 穂穗 随隨 髄髓 枢樞 数數 瀬瀨 声聲 静靜 斉齊 青靑 清淸 晴晴 摂攝 窃竊 専專 浅淺 戦戰 践踐 銭錢 潜潛 繊纖 禅禪 双雙 壮壯 争爭 荘莊 捜搜 挿插 装裝 \
聡聰 総總 騒騷 蔵藏 臓臟 属屬 続續 堕墮 対對 体體 帯帶 滞滯 台臺 滝瀧 択擇 沢澤 担擔 単單 胆膽 団團 弾彈 断斷 痴癡 遅遲 昼晝 虫蟲 鋳鑄 著\u{fa5f} 庁廳 徴徵 聴聽 \
懲懲 勅敕 鎮鎭 塚塚 逓遞 鉄鐵 転轉 点點 伝傳 都\u{fa26} 党黨 盗盜 灯燈 当當 闘鬪 徳德 独獨 読讀 届屆 弐貳 悩惱 脳腦 覇霸 拝拜 廃廢 売賣 麦麥 発發 髪髮 抜拔 \
蛮蠻 秘祕 彦彥 浜濱濵 瓶甁 福\u{fa1b} 払拂 仏佛 並竝 変變 辺邊邉 宝寶 豊豐 褒襃 翻飜 毎每 万萬 満滿 麺麵 黙默 弥彌 薬藥 訳譯 予豫 余餘 与與 誉譽 揺搖 様樣 謡謠 \
来來 頼賴 乱亂 覧覽 竜龍 両兩 猟獵 緑綠 隆隆 虜虜 塁壘 類\u{f9d0} 礼禮 励勵 霊靈 齢齡 歴歷 恋戀 練\u{fa57} 炉爐 労勞 楼樓 録錄 湾灣 亘亙 尭堯 槙槇 遥遙 瑶瑤 桧檜 鴎鷗 \
曽曾 薮藪籔 篭籠 祢禰 諌諫 頚頸 鹸鹼 掴摑 填塡 剥剝 噛嚙 焔焰 蝋蠟 莱萊 涛濤 祷禱 壷壺 鯵鰺 梼檮 迩邇 蝿蠅 侠俠 呑吞 箪簞 醤醬 顛顚 繋繫 倶俱 躯軀 屏屛 并幷 賎賤 \
高髙 崎\u{fa11} 吉\u{20bb7} 柳栁 間閒 諸\u{fa22} 祐\u{fa4f} 祥\u{fa1a} 神\u{fa19} 祖\u{fa50} 祝\u{fa51} 社\u{fa4c} 視\u{fa61} 節\u{fa56} 羽\u{fa1e} 精\u{fa1d} 靖\u{fa1c} 猪\u{fa16} 益\u{fa17} 朗\u{f929} 郎\u{fa2e} 廊\u{f928} 隣鄰 凉涼 峰峯 島嶋嶌 略畧 群羣 \
松枩 梅楳 杉杦 富冨 船舩 棚棚 鎌鐮 卯夘 裏裡 雁鴈 蘆芦 園薗 煙烟 秋秌 留畱 橋\u{23623} 土\u{2123d} 昇曻 角⻆ 野埜 飯飰 桑桒 稲稻 戸戶 増增 曜曜 直\u{fa00} 内內 黄黃 歩步 \
巻卷 概槪 侮\u{fa30} 僧\u{fa31} 勉\u{fa33} 勤\u{fa34} 喝\u{fa36} 嘆\u{fa37} 墨\u{fa3a} 層\u{fa3b} 巣巢 宮\u{fa18} 強强 弯彎 恵惠 戻戾 抜拔 敏\u{fa41} 既旣 漢\u{fa47} 琢\u{fa4a} 産產 碑\u{fa4b} 穀\u{fa54} 突\u{fa55} 繁\u{fa59} 臭\u{fa5c} 謁\u{fa62} 謹\u{fa63} 賓\u{fa64} 贈\u{fa65} \
逸\u{fa67} 難\u{fa68} 響\u{fa69} 頻\u{fa6a} 飲飮 館\u{f92c} 隆\u{f9dc} 鶴鸖靏靎 葛\u{845b} 逢\u{fa10} 萌萠 蕊蘂 穣穰 猫貓 琉瑠 濶闊 澗㵎 檪櫟 栃杤 枡桝 樋\u{6a0b} 藤籘 祇祗 渚\u{fa46} 瀬瀨 沈沉 廻迴 秀秊 \
冴冱 亮喨 亀龜 亜亞 侭儘 兎兔莵 凛凜 刹剎 尓爾 岡罡 苅刈 曳曵 条條 梁樑 欝鬱 濯\u{6fef} 瑛\u{745b} 禄祿 礒磯 窪漥 竪豎 糠粇 耻恥 脇脅 苔菭 蔭\u{852d} 蓮\u{84ee} 薩\u{85a9} 袴絝 讃讚 谺谽 賀\u{8cc0} 遊游 邨村 \
";

/// Different characters by origin, confused by ear or by input: equal for search and for agreement when all else agrees.
const WIDE: &str = "斉斎 崎埼碕嵜 島嶼 藤籐 渕淵渊 郷鄉 柏栢 館舘 附付 阪坂 岩巌 栖棲 塚冢 峯峰 \
";

/// Largest code point held in the tables; the few beyond are searched by hand.
const TABLE: usize = 0x10000;

struct Fold {
    table: Box<[u16]>,
    beyond: Vec<(char, char)>,
}

impl Fold {
    fn build(groups: &[&str]) -> Self {
        let mut fold = Self { table: vec![0; TABLE].into_boxed_slice(), beyond: Vec::new() };
        for group in groups.iter().flat_map(|g| g.split_whitespace()) {
            let mut forms = group.chars();
            let Some(first) = forms.next() else { continue };
            // Through what is already known, so that chains end at one form.
            let target = fold.apply(first);
            for form in forms.filter(|f| *f != target) {
                fold.set(form, target);
            }
        }
        fold
    }

    fn set(&mut self, from: char, to: char) {
        match (self.table.get_mut(from as usize), u16::try_from(to as u32)) {
            (Some(slot), Ok(to)) => *slot = to,
            _ => self.beyond.push((from, to)),
        }
    }

    fn apply(&self, c: char) -> char {
        match self.table.get(c as usize) {
            Some(0) => c,
            Some(&to) => char::from_u32(u32::from(to)).unwrap_or(c),
            None => self.beyond.iter().find(|(from, _)| *from == c).map_or(c, |(_, to)| *to),
        }
    }
}

static SAFE_FOLD: LazyLock<Fold> = LazyLock::new(|| Fold::build(&[SAFE]));
static WIDE_FOLD: LazyLock<Fold> = LazyLock::new(|| Fold::build(&[WIDE]));

/// The usual form of a character that is only written another way.
pub fn safe(c: char) -> char {
    SAFE_FOLD.apply(c)
}

/// One form for characters that are confused on the phone, the safe pairs included.
pub fn wide(c: char) -> char {
    WIDE_FOLD.apply(safe(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn register_forms_fold_safely_and_confused_ones_only_widely() {
        for (a, b) in [
            ('髙', '高'),
            ('\u{fa11}', '崎'),
            ('邉', '辺'),
            ('邊', '辺'),
            ('澤', '沢'),
            ('齋', '斎'),
            ('齊', '斉'),
            ('\u{20bb7}', '吉'),
            ('濵', '浜'),
        ] {
            assert_eq!(safe(a), safe(b), "{a}");
        }
        for (a, b) in [('斎', '斉'), ('碕', '崎'), ('渕', '淵')] {
            assert_ne!(safe(a), safe(b), "{a}");
            assert_eq!(wide(a), wide(b), "{a}");
        }
    }

    #[test]
    fn a_folded_character_folds_to_itself() {
        for c in (0..=0x3_ffff).filter_map(char::from_u32) {
            assert_eq!(safe(safe(c)), safe(c), "{c}");
            assert_eq!(wide(wide(c)), wide(c), "{c}");
        }
    }

    #[test]
    fn different_names_stay_different() {
        for (a, b) in [('佐', '左'), ('土', '士'), ('太', '大'), ('井', '牛'), ('一', '二')] {
            assert_ne!(wide(a), wide(b), "{a}");
        }
    }
}
