//! The list of doors. A route can't be opened without saying who may call it, and the list that the tests
//! walk is the list that was opened.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::handler::Handler;
use axum::http::Method;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodFilter, MethodRouter, on};

use super::AppState;
use super::access::{Access, BODY_LIMIT, UPLOAD_LIMIT};
use super::guard::{self, Guard};
use crate::domain::access::actor::Action;

/// A route as opened.
#[derive(Debug, Clone)]
pub struct RouteSpec {
    /// Its method.
    pub method: Method,
    /// Its path, with `{id}` for what varies.
    pub path: &'static str,
    /// Who may call it.
    pub access: Access,
}

/// The doors being opened.
pub struct Doors {
    router: Router<AppState>,
    routes: Vec<RouteSpec>,
    state: AppState,
}

impl Doors {
    /// No door yet.
    pub fn new(state: AppState) -> Self {
        Self { router: Router::new(), routes: Vec::new(), state }
    }

    /// A route for anybody.
    pub fn public<H, T>(&mut self, method: Method, path: &'static str, handler: H)
    where
        H: Handler<T, AppState>,
        T: 'static,
    {
        self.open(method, path, Access::Public, BODY_LIMIT, handler);
    }

    /// A page for accounts that may do this.
    pub fn page<H, T>(&mut self, method: Method, path: &'static str, action: Action, handler: H)
    where
        H: Handler<T, AppState>,
        T: 'static,
    {
        self.open(method, path, Access::Page(action), BODY_LIMIT, handler);
    }

    /// A page that takes a large file.
    pub fn upload<H, T>(&mut self, method: Method, path: &'static str, action: Action, handler: H)
    where
        H: Handler<T, AppState>,
        T: 'static,
    {
        self.open(method, path, Access::Page(action), UPLOAD_LIMIT, handler);
    }

    /// A route of the API for tokens that may do this.
    pub fn api<H, T>(&mut self, method: Method, path: &'static str, action: Action, handler: H)
    where
        H: Handler<T, AppState>,
        T: 'static,
    {
        self.open(method, path, Access::Api(action), BODY_LIMIT, handler);
    }

    fn open<H, T>(&mut self, method: Method, path: &'static str, access: Access, limit: usize, handler: H)
    where
        H: Handler<T, AppState>,
        T: 'static,
    {
        let filter = if method == Method::POST { MethodFilter::POST } else { MethodFilter::GET };
        let route: MethodRouter<AppState> = on(filter, handler)
            .layer(DefaultBodyLimit::max(limit))
            .layer(from_fn_with_state(Guard { state: self.state.clone(), access }, guard::stand));
        self.router = std::mem::take(&mut self.router).route(path, route);
        self.routes.push(RouteSpec { method, path, access });
    }

    /// All doors are open.
    pub fn close(self) -> (Router, Vec<RouteSpec>) {
        (self.router.with_state(self.state), self.routes)
    }
}
