//! Erlang's formulas for a line before several servers: arrivals at random, exponential service, patience
//! without end. Planning uses them, and the engine is measured against them.

/// The probability that somebody has to wait (Erlang C). `load` is the mean number of servers kept busy:
/// arrivals a second times seconds of service. From as much load as servers on, everybody waits.
pub fn waiting_probability(servers: u32, load: f64) -> f64 {
    if load >= f64::from(servers) {
        return 1.0;
    }
    if load <= 0.0 {
        return 0.0;
    }
    // Erlang B by its recursion, which never overflows, and C from B.
    let mut blocked = 1.0;
    for server in 1..=servers {
        blocked = load * blocked / (f64::from(server) + load * blocked);
    }
    let free = 1.0 - load / f64::from(servers);
    blocked / (free + (1.0 - free) * blocked)
}

/// The mean wait in the unit of `service`, over all who come; `None` when the line grows without end.
pub fn mean_wait(servers: u32, load: f64, service: f64) -> Option<f64> {
    let spare = f64::from(servers) - load;
    (spare > 0.0).then(|| waiting_probability(servers, load) * service / spare)
}

/// The part of those who come that is served within `patience`: the service level.
pub fn served_within(servers: u32, load: f64, service: f64, patience: f64) -> f64 {
    let spare = f64::from(servers) - load;
    if spare <= 0.0 {
        return 0.0;
    }
    1.0 - waiting_probability(servers, load) * (-spare * patience / service).exp()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From the textbook's sum, computed elsewhere.
    const KNOWN: [(u32, f64, f64); 7] = [
        (1, 0.5, 0.5),
        (2, 1.0, 0.333_333_333),
        (3, 1.8, 0.354_744_526),
        (6, 5.0, 0.587_516_451),
        (10, 8.0, 0.409_180_151),
        (25, 20.0, 0.209_102_827),
        (100, 90.0, 0.216_940_481),
    ];

    #[test]
    fn the_probability_of_waiting_is_that_of_the_tables() {
        for (servers, load, known) in KNOWN {
            let found = waiting_probability(servers, load);
            assert!((found - known).abs() < 1e-8, "{servers} servers, {load} erlang: {found}");
        }
    }

    #[test]
    fn one_server_waits_as_long_as_the_simplest_line() {
        // M/M/1: ρ / (μ - λ).
        assert!((mean_wait(1, 0.8, 10.0).unwrap() - 40.0).abs() < 1e-9);
        assert_eq!(mean_wait(3, 3.0, 10.0), None);
        assert!((waiting_probability(3, 4.0) - 1.0).abs() < f64::EPSILON);
        assert!(waiting_probability(3, 0.0).abs() < f64::EPSILON);
    }

    #[test]
    fn the_service_level_rises_with_patience() {
        // Ten servers, eight busy, service of 180 seconds: 1 - 0.409 e^(-2·20/180).
        assert!((served_within(10, 8.0, 180.0, 20.0) - 0.672_354).abs() < 1e-6);
        assert!((served_within(10, 8.0, 180.0, 0.0) - (1.0 - 0.409_180_151)).abs() < 1e-8);
        assert!(served_within(2, 3.0, 180.0, 1e9).abs() < f64::EPSILON);
    }
}
