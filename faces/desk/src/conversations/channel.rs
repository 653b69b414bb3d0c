//! Channels in words.

use directory::ChannelKind;
use words::Words;

pub(crate) fn channel_name(words: &Words, channel: ChannelKind) -> String {
    let key = match channel {
        ChannelKind::Phone => "desk-channel-phone",
        ChannelKind::Chat => "desk-channel-chat",
        ChannelKind::Email => "desk-channel-email",
        ChannelKind::Social => "desk-channel-social",
        ChannelKind::Fax => "desk-channel-fax",
        ChannelKind::Mail => "desk-channel-mail",
        ChannelKind::Web => "desk-channel-web",
    };
    words.text(key).into_owned()
}
