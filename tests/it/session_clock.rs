//! Each decision of a client whose clock is wrong, while the server's clock is right.

use barejwt::{Next, Pair, Session};
use proptest::prelude::*;

const START: i64 = 1_745_651_978;
const HOUR: i64 = 3600;
const YEAR: i64 = 31_557_600;

/// The server's time, the client's session, the time at which the pair was issued, and counters.
struct World {
    time: i64,
    issued: i64,
    lifetime: i64,
    session: Session<'static>,
    used: bool,
    refusals: u32,
    refreshes: u32,
    /// Since the last 401: refreshes of pairs that had more than a quarter of their life ahead.
    needless: u32,
}

fn pair(expires: i64) -> Pair<'static> {
    Pair {
        access_token: "a",
        refresh_token: "r",
        access_expires: expires,
        refresh_expires: expires + 180 * 86_400,
    }
}

impl World {
    fn new(lifetime: i64, margin: u32) -> Self {
        Self {
            time: START,
            issued: START,
            lifetime,
            session: Session::new(pair(START + lifetime), margin),
            used: false,
            refusals: 0,
            refreshes: 0,
            needless: 0,
        }
    }

    /// The client makes a call of the API, and does before it what the session says. Each reading of
    /// the client's clock is ahead by what `clock` returns.
    fn call(&mut self, clock: &mut impl FnMut() -> i64) {
        for _ in 0..3 {
            let now = (self.time + clock()).max(1);
            match self.session.next(now).unwrap() {
                Next::UseAccess(token) => {
                    assert_eq!(token, "a");
                    self.used = true;
                    if self.time < self.issued + self.lifetime {
                        self.session.accepted();
                        return;
                    }
                    self.refusals += 1;
                    self.needless = 0;
                    assert_eq!(self.session.after_401(), Next::Refresh("r"));
                    self.refresh();
                }
                Next::Refresh(token) => {
                    assert_eq!(token, "r");
                    self.needless += u32::from(self.is_needless());
                    self.refresh();
                }
                Next::LogIn => panic!("the server has refused no refresh token"),
            }
        }
        panic!("three refreshes for one call");
    }

    fn is_needless(&self) -> bool {
        self.time - self.issued < self.lifetime - self.lifetime / 4
    }

    fn refresh(&mut self) {
        assert!(self.used, "a pair is used before it is traded");
        assert!(self.needless <= 1, "two needless refreshes without a 401");
        self.used = false;
        self.refreshes += 1;
        self.issued = self.time;
        self.session = self.session.renewed(pair(self.time + self.lifetime));
    }
}

fn lifetime() -> impl Strategy<Value = i64> {
    prop_oneof![1..10_i64, 10..5000_i64, 5000..20_000_000_i64]
}

fn margin() -> impl Strategy<Value = u32> {
    prop_oneof![Just(0), Just(60), 0..10_000_u32, any::<u32>()]
}

/// A clock is ahead by so many seconds: some, about a lifetime, or years.
fn ahead() -> impl Strategy<Value = i64> {
    prop_oneof![-10..10_i64, -10_000..10_000_i64, -60 * YEAR..200 * YEAR]
}

/// Pauses between calls, in thousandths of a lifetime.
fn pauses() -> impl Strategy<Value = Vec<i64>> {
    prop::collection::vec(prop_oneof![0..20_i64, 0..300_i64, 0..3000_i64], 1..300)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_constant_error_costs_one_refresh_a_401(
        lifetime in lifetime(), margin in margin(), ahead in ahead(), pauses in pauses(),
    ) {
        let mut world = World::new(lifetime, margin);
        for pause in pauses {
            world.time += pause * lifetime / 1000;
            world.call(&mut || ahead);
        }
    }

    /// A clock that is set meanwhile, and a machine with several clocks that it reads in turn.
    #[test]
    fn a_jumping_clock_costs_one_refresh_a_401(
        lifetime in lifetime(), margin in margin(), pauses in pauses(),
        clocks in prop::collection::vec(
            prop_oneof![Just(0), ahead(), (1..3000_i64).prop_map(|part| -part)], 1..5),
        chosen in prop::collection::vec(any::<prop::sample::Index>(), 1..200),
    ) {
        let mut world = World::new(lifetime, margin);
        // A negative number stands for thousandths of a lifetime, so that jumps matter.
        let clocks: Vec<i64> = clocks.iter()
            .map(|&ahead| if (-3000..0).contains(&ahead) { -ahead * lifetime / 1000 } else { ahead })
            .collect();
        let mut chosen = chosen.iter().cycle();
        let mut clock = || *chosen.next().unwrap().get(&clocks);
        for pause in pauses {
            world.time += pause * lifetime / 1000;
            world.call(&mut clock);
        }
    }

    #[test]
    fn a_right_clock_sees_one_401(
        lifetime in prop_oneof![8..5000_i64, 5000..20_000_000_i64], margin in margin(),
        pauses in prop::collection::vec(1..=125_i64, 1..300),
    ) {
        let mut world = World::new(lifetime, margin);
        for pause in pauses {
            world.time += pause * lifetime / 1000;
            world.call(&mut || 0);
            prop_assert_eq!(world.needless, 0);
        }
        prop_assert!(world.refusals <= 1, "{} of {}", world.refusals, world.refreshes);
    }

    /// This holds whatever the clock says, and whatever happened before.
    #[test]
    fn a_server_that_goes_on_answering_401_ends_in_a_login(
        lifetime in lifetime(), margin in margin(), pauses in pauses(),
        clocks in prop::collection::vec(ahead(), 1..5),
    ) {
        let mut world = World::new(lifetime, margin);
        let mut clocks = clocks.iter().copied().cycle();
        let mut clock = || clocks.next().unwrap();
        for pause in pauses {
            world.time += pause * lifetime / 1000;
            world.call(&mut clock);
        }
        let mut refreshes = 0;
        loop {
            let now = (world.time + clock()).max(1);
            let mut next = world.session.next(now).unwrap();
            if let Next::UseAccess(_) = next {
                next = world.session.after_401();
            }
            let Next::Refresh(_) = next else { break };
            refreshes += 1;
            prop_assert!(refreshes <= 2, "one that the clock wants, one after a 401");
            world.session = world.session.renewed(pair(world.time + lifetime));
        }
        prop_assert_eq!(world.session.next(START), Ok(Next::LogIn));
    }
}

/// Calls once a minute for a thousand lifetimes. Returns the numbers of refreshes and of 401s.
fn a_thousand_lifetimes(lifetime: i64, margin: u32, ahead: i64) -> (u32, u32) {
    let mut world = World::new(lifetime, margin);
    while world.time < START + 1000 * lifetime {
        world.call(&mut || ahead);
        world.time += 60;
    }
    (world.refreshes, world.refusals)
}

#[test]
fn an_hour_ahead_is_one_refresh_a_401() {
    for ahead in [HOUR, HOUR + 1, 2 * HOUR, YEAR, 200 * YEAR] {
        let (refreshes, refusals) = a_thousand_lifetimes(HOUR, 60, ahead);
        assert_eq!((refreshes, refusals), (999, 999), "{ahead}");
    }
}

/// Before the first 401 nobody can tell such a clock from a right clock.
#[test]
fn almost_an_hour_ahead_is_one_refresh_more() {
    for ahead in [HOUR / 2, HOUR - 60, HOUR - 1] {
        let (refreshes, refusals) = a_thousand_lifetimes(HOUR, 60, ahead);
        assert_eq!(refreshes - refusals, 1, "{ahead}");
    }
}

#[test]
fn a_clock_behind_is_one_refresh_a_401() {
    for ahead in [-120, -HOUR, -YEAR, -60 * YEAR] {
        let (refreshes, refusals) = a_thousand_lifetimes(HOUR, 60, ahead);
        assert_eq!((refreshes, refusals), (999, 999), "{ahead}");
    }
}

#[test]
fn a_right_clock_is_one_401_in_a_thousand_lifetimes() {
    for margin in [0, 60, 300, u32::MAX] {
        let (_, refusals) = a_thousand_lifetimes(HOUR, margin, 0);
        assert_eq!(refusals, 1, "{margin}");
    }
}

/// Here the lifetime is at most as long as the margin.
#[test]
fn a_short_life_is_used_almost_to_its_end() {
    for (lifetime, until) in [(1, 0), (2, 1), (60, 52), (59, 51)] {
        let mut session = Session::new(pair(START + lifetime), 60);
        for after in 0..=until {
            let next = session.next(START + after);
            assert_eq!(next, Ok(Next::UseAccess("a")), "{lifetime}, {after}");
        }
        let next = session.next(START + until + 1);
        assert_eq!(next, Ok(Next::Refresh("r")), "{lifetime}");
    }
}

#[test]
fn a_clock_that_was_set_forward_costs_one_refresh() {
    let mut session = Session::new(pair(START + HOUR), 60);
    assert_eq!(session.next(START), Ok(Next::UseAccess("a")));
    assert_eq!(session.next(START + YEAR), Ok(Next::Refresh("r")));
    let mut session = session.renewed(pair(START + HOUR + 5));
    for days in 0..1000 {
        let now = START + YEAR + days * 86_400;
        assert_eq!(session.next(now), Ok(Next::UseAccess("a")));
    }
}

#[test]
fn a_clock_that_was_set_back_costs_none() {
    let mut session = Session::new(pair(START + HOUR), 60);
    assert_eq!(session.next(START), Ok(Next::UseAccess("a")));
    assert_eq!(session.next(START - YEAR), Ok(Next::UseAccess("a")));
    assert_eq!(session.next(1), Ok(Next::UseAccess("a")));
    assert_eq!(session.next(START + HOUR), Ok(Next::Refresh("r")));
}

/// After a 401 the clock is believed again, until its first mistake.
#[test]
fn the_clock_is_believed_again_after_a_401() {
    let hour = |number: i64| pair(START + number * HOUR);
    let ask = |session: &mut Session<'static>, now: i64| session.next(START + now).unwrap();
    let mut session = Session::new(hour(1), 60);
    ask(&mut session, 0);
    let mut session = session.renewed(hour(2));
    assert_eq!(ask(&mut session, HOUR), Next::UseAccess("a"));
    assert_eq!(ask(&mut session, 2 * HOUR), Next::UseAccess("a"));
    assert_eq!(session.after_401(), Next::Refresh("r"));
    let mut session = session.renewed(hour(3));
    for number in 3..100 {
        session.accepted();
        let end = number * HOUR;
        assert_eq!(ask(&mut session, end - HOUR), Next::UseAccess("a"));
        assert_eq!(ask(&mut session, end - 61), Next::UseAccess("a"));
        assert_eq!(ask(&mut session, end - 60), Next::Refresh("r"));
        session = session.renewed(hour(number + 1));
    }
    // Three quarters of a life are long enough. A second less is too short.
    let whole = session.renewed(pair(START + 100 * HOUR + 2700));
    let short = session.renewed(pair(START + 100 * HOUR + 2699));
    for (mut session, expected) in [(whole, Next::Refresh("r")), (short, Next::UseAccess("a"))] {
        let end = session.pair().access_expires;
        assert_eq!(session.next(end - HOUR), Ok(Next::UseAccess("a")));
        assert_eq!(session.next(end), Ok(expected));
    }
}

/// By the clock the new pair has much less time left than the last pair had.
#[test]
fn a_new_pair_that_is_old_by_the_clock_is_used_until_a_401() {
    for (left, at_its_end) in [(2700, Next::Refresh("r")), (2699, Next::UseAccess("a"))] {
        let mut session = Session::new(pair(START + HOUR), 60);
        assert_eq!(session.after_401(), Next::Refresh("r"));
        let mut session = session.renewed(pair(START + 2 * HOUR));
        let end = START + 2 * HOUR;
        assert_eq!(session.next(end - left), Ok(Next::UseAccess("a")));
        assert_eq!(session.next(end), Ok(at_its_end), "{left}");
    }
}

/// `Session` has no method for "not valid yet". The client reports nothing, and loses nothing.
#[test]
fn what_is_not_valid_yet_is_tried_again() {
    let mut session = Session::new(pair(START + HOUR), 60);
    for _ in 0..10 {
        assert_eq!(session.next(START), Ok(Next::UseAccess("a")));
    }
    session.accepted();
    assert_eq!(session.after_401(), Next::Refresh("r"));
    for _ in 0..10 {
        assert_eq!(session.next(START), Ok(Next::Refresh("r")));
    }
}

/// A client that restarts and knows when the pair came believes its clock at once.
#[test]
fn a_kept_pair_is_new_or_as_old_as_it_is() {
    let kept = pair(START + HOUR);
    let mut session = Session::new(kept, 60);
    assert_eq!(session.next(START + 2 * HOUR), Ok(Next::UseAccess("a")));
    assert_eq!(session.after_401(), Next::Refresh("r"));

    let mut session = Session::new(kept, 60);
    session.next(START).unwrap();
    assert_eq!(session.next(START + 2 * HOUR), Ok(Next::Refresh("r")));

    // The clock was an hour ahead when the pair came, so it is not believed now.
    let mut session = Session::new(kept, 60);
    session.next(START + HOUR).unwrap();
    assert_eq!(session.next(START + 2 * HOUR), Ok(Next::UseAccess("a")));
}

/// No clock has these times.
#[test]
fn the_farthest_times_do_no_harm() {
    for expires in [i64::MIN, -1, 0, 1, i64::MAX] {
        let end = |expires| Pair {
            access_expires: expires,
            refresh_expires: expires,
            ..pair(0)
        };
        for now in [1, i64::MAX] {
            let mut session = Session::new(end(expires), u32::MAX);
            assert_eq!(session.next(now), Ok(Next::UseAccess("a")));
            session.after_401();
            for other in [i64::MAX, i64::MIN] {
                let mut session = session.renewed(end(other));
                assert_eq!(session.next(now), Ok(Next::UseAccess("a")));
                let mut session = session.renewed(end(expires));
                assert_eq!(session.next(now), Ok(Next::UseAccess("a")));
            }
        }
    }
}
