//! A living centre for newcomers: a day of real questions comes in as chats, and colleagues answer most of
//! them. Whoever signs in takes part; nothing here is pretended towards the rest of the program.

mod customers;
mod day;
mod representatives;
mod script;

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use kernel::Result;
use staff::Staff;
use store::Store;
use tokio::task::JoinSet;

pub(crate) use self::day::Speed;
use self::script::Script;
use crate::parts::Parts;
use crate::work::Work;

/// The hour at which the day begins: nobody wants to watch the night first.
const MORNING: Duration = Duration::from_hours(9);
/// The same day each time.
const SEED: u64 = 2026;
/// People read and type at their own pace, however fast the day passes.
const SHORTEST_PAUSE: Duration = Duration::from_millis(300);

/// A demonstration under way.
pub(crate) struct Demo {
    store: Store,
    work: Work,
    staff: Staff,
    script: Script,
    speed: Speed,
    /// What is going on by itself; it ends with the demonstration.
    tasks: Mutex<JoinSet<()>>,
}

impl Demo {
    /// Lets the day begin.
    pub(crate) async fn begin(parts: &Parts, institution: &Path, speed: Speed) -> Result<Arc<Self>> {
        let demo = Arc::new(Self {
            store: parts.store.clone(),
            work: parts.work.clone(),
            staff: parts.staff()?.clone(),
            script: Script::read(institution)?,
            speed,
            tasks: Mutex::default(),
        });
        let mut random = fastrand::Rng::with_seed(SEED);
        let members = representatives::engage(&demo).await?;
        demo.spawn(representatives::stay(Arc::clone(&demo), members.clone()));
        for member in members {
            demo.spawn(representatives::serve(Arc::clone(&demo), member, random.fork()));
        }
        demo.spawn(days(Arc::clone(&demo), random));
        Ok(demo)
    }

    /// Ends everything that goes on by itself.
    pub(crate) fn end(&self) {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner).abort_all();
    }

    fn spawn(&self, task: impl Future<Output = Result<()>> + Send + 'static) {
        let mut tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        // Those that are over are let go of here, so that a long day does not fill the memory.
        while tasks.try_join_next().is_some() {}
        tasks.spawn(async move {
            if let Err(error) = task.await {
                tracing::warn!(%error, "somebody of the demonstration stumbled");
            }
        });
    }

    async fn pause(&self, time: Duration) {
        tokio::time::sleep(self.speed.shorten(time).max(SHORTEST_PAUSE)).await;
    }

    fn is_thanks(&self, text: &str) -> bool {
        self.script.customers.thanks.iter().any(|thanks| thanks == text)
    }
}

/// One day after the other.
async fn days(demo: Arc<Demo>, mut random: fastrand::Rng) -> Result<()> {
    const DAY: Duration = Duration::from_hours(24);
    loop {
        let began = tokio::time::Instant::now();
        let mut questions = demo.script.questions.clone();
        random.shuffle(&mut questions);
        let times = day::arrivals(questions.len(), &mut random);
        for (question, time) in questions.into_iter().zip(day::beginning_at(MORNING, &times)) {
            tokio::time::sleep_until(began + demo.speed.shorten(time)).await;
            demo.spawn(customers::visit(Arc::clone(&demo), question, random.fork()));
        }
        tokio::time::sleep_until(began + demo.speed.shorten(DAY)).await;
    }
}
