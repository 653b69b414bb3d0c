//! Live chat with customers: visitors, the socket, and the widget.
