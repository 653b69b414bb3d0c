//! Who contacts us: people, their ways to be reached, their wishes, and people found to be one.
