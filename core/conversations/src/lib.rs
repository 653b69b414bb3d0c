//! What was said with a customer, by whatever channel, on one timeline.
