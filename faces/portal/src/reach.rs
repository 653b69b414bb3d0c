//! How a way is used: a number to call, an address to write to.

use directory::{Address, Channel, ChannelKind, Way};
use words::Words;

/// The handle of a way: what a person reads and what a device follows.
pub struct Reach {
    pub icon: &'static str,
    /// `tel:`, `mailto:` or a web address; none where there is nothing to follow.
    pub href: Option<String>,
    /// The lines to read; several for a postal address, none when it is not published.
    pub lines: Vec<String>,
    /// The key to press in the telephone menu.
    pub option: Option<String>,
    /// What the link does, for those who hear it without seeing the icon: "Call (855) 720-2559".
    pub action: Option<String>,
}

impl Reach {
    pub fn new(way: &Way, words: &Words) -> Self {
        let said = |key: &'static str, value: &str| Some(words.message(key).with("to", value).to_string());
        let bare =
            Self { icon: icon(way.channel), href: None, lines: Vec::new(), option: None, action: None };
        match &way.address {
            Address::Phone { number, option } => Self {
                href: Some(format!("tel:{}", number.e164())),
                lines: vec![number.national().to_owned()],
                option: option.clone(),
                action: said("portal-call", number.national()),
                ..bare
            },
            Address::Fax { number } => Self { lines: vec![number.national().to_owned()], ..bare },
            Address::Email { address } => Self {
                href: Some(format!("mailto:{address}")),
                lines: vec![address.clone()],
                action: said("portal-write", address),
                ..bare
            },
            Address::Mail(address) => Self { lines: address.envelope(), ..bare },
            Address::Web { name, url } => {
                let name = name.get(words.language()).to_owned();
                Self {
                    href: url.clone(),
                    action: url.as_ref().and_then(|_| said("portal-open-site", &name)),
                    lines: vec![name],
                    ..bare
                }
            }
            Address::Unpublished => bare,
        }
    }
}

pub fn icon(kind: ChannelKind) -> &'static str {
    match kind {
        ChannelKind::Phone => "phone",
        ChannelKind::Chat => "message-circle",
        ChannelKind::Email => "mail",
        ChannelKind::Social => "share-2",
        ChannelKind::Fax => "printer",
        ChannelKind::Mail => "package",
        ChannelKind::Web => "globe",
    }
}

/// The institution's name for the channel; its code where the institution gives none.
pub fn channel_name(channel: Option<&Channel>, kind: ChannelKind, words: &Words) -> String {
    channel.map_or(kind.as_str(), |channel| channel.name.get(words.language())).to_owned()
}
