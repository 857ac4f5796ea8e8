//! `cxflow/picture`: the picture of a flow as it stands in the editor, with the places of its nodes.
//!
//! A request of our own: the protocol has none for pictures.

use gen_lsp_types::{LspRequestMethod, MessageDirection, Range, Request, TextDocumentIdentifier, Uri};
use serde::{Deserialize, Serialize};

use super::request_error::RequestError;
use super::session::Session;
use crate::picture::{DrawOptions, Picture, PictureFormat, Theme};

/// The name of the request.
pub const METHOD: &str = "cxflow/picture";

/// The request, for the type of its params and of its result.
pub struct PictureRequest;

impl Request for PictureRequest {
    type Params = PictureParams;
    type Result = Option<FlowPicture>;
    const METHOD: LspRequestMethod<'static> = LspRequestMethod::Custom(METHOD);
    const MESSAGE_DIRECTION: MessageDirection = MessageDirection::ClientToServer;
}

/// Which flow to draw, and how.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PictureParams {
    /// A file of the flow.
    pub text_document: TextDocumentIdentifier,
    /// The colours.
    #[serde(default)]
    pub theme: PictureTheme,
    /// What is highlighted, as in `graph --highlight`.
    #[serde(default)]
    pub highlight: Vec<String>,
}

/// The colours of a picture.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PictureTheme {
    /// What the reader's system prefers.
    #[default]
    Auto,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

/// A picture, and where its nodes are written.
#[derive(Debug, Serialize, Deserialize)]
pub struct FlowPicture {
    /// The picture.
    pub svg: String,
    /// The file of the flow, which may be another one than that of the request.
    pub uri: Option<Uri>,
    /// Its nodes, in the order of the flow.
    pub nodes: Vec<PictureNode>,
}

/// A node in a picture.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PictureNode {
    /// Its id in the payload.
    pub id: String,
    /// The id of its element in the SVG.
    pub element: String,
    /// The file that declares it.
    pub uri: Uri,
    /// The whole declaration.
    pub range: Range,
    /// Its name in the declaration.
    pub selection_range: Range,
}

/// Draws the flow of a file; `None` if the file belongs to none.
pub fn draw(session: &mut Session<'_>, params: PictureParams) -> Result<Option<FlowPicture>, RequestError> {
    let Some((flow, _)) = session.flow(&params.text_document) else { return Ok(None) };
    let highlighted: Vec<&str> = params.highlight.iter().map(String::as_str).collect();
    // The server masks secrets in the whole answer.
    let picture = Picture::new(&flow.compiled, &highlighted, str::to_owned)
        .map_err(|error| format!("{}; {}", error.message, error.help))?;
    let theme = match params.theme {
        PictureTheme::Auto => Theme::Auto,
        PictureTheme::Light => Theme::Light,
        PictureTheme::Dark => Theme::Dark,
    };
    let options = DrawOptions { theme, ..DrawOptions::default() };
    let svg = PictureFormat::named("svg").map(|format| (format.draw)(&picture, &options));
    let nodes = flow.compiled.flow.nodes.iter().filter_map(|(number, node)| {
        let location = flow.location(node.name_span)?;
        let whole = flow.declaration_around(node.name_span);
        Some(PictureNode {
            id: node.id.to_string(),
            element: picture.element_id(number),
            uri: location.uri,
            range: whole.map_or(location.range, |span| flow.range(span)),
            selection_range: location.range,
        })
    });
    Ok(Some(FlowPicture {
        svg: svg.unwrap_or_default(),
        uri: flow.uri(flow.root_file()).cloned(),
        nodes: nodes.collect(),
    }))
}
