//! Nanoseconds per decision, the cost of compiling, and memory; beside iam-rs in this process and, where Node is
//! present, @cloud-copilot/iam-simulate in its own. Ratios count, not the figures: they come from one run.

mod others;
mod shapes;

use std::alloc::System;
use std::hint::black_box;
use std::time::{Duration, Instant};

use iam_policy::{Document, Engine, PolicySet, Request, Source};
use shapes::{PRINCIPAL, Shape};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATIONS: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// How long each figure is measured; the best of several rounds counts, for noise only adds.
const ROUND: Duration = Duration::from_millis(150);
const ROUNDS: usize = 7;

fn main() {
    let shapes = shapes::all();
    let node = others::iam_simulate(&shapes);
    if let Err(reason) = &node {
        println!("iam-simulate is left out: {reason}\n");
    }
    println!("ns per decision");
    println!(
        "{:<20} {:>10} {:>10} {:>12} {:>8} {:>14} {:>9} {:>16}",
        "", "iam-policy", "explain", "iam-rs", "ratio", "iam-simulate", "ratio", "allocations"
    );
    for (place, shape) in shapes.iter().enumerate() {
        let engine = engine(shape);
        let requests = requests(shape);
        let decide = per_item(requests.len(), || {
            for request in &requests {
                black_box(engine.decide(black_box(request)));
            }
        });
        let explain = per_item(requests.len(), || {
            for request in &requests {
                black_box(engine.explain(black_box(request)));
            }
        });
        let region = Region::new(ALLOCATIONS);
        for request in &requests {
            black_box(engine.decide(request));
        }
        let allocations = region.change().allocations;
        let iam_rs = others::iam_rs(shape);
        let node = node.as_ref().ok().and_then(|figures| figures.get(place).copied());
        let shown = |figure: Option<f64>| figure.map_or("-".to_owned(), |ns| format!("{ns:.0}"));
        let ratio = |figure: Option<f64>| figure.map_or("-".to_owned(), |ns| format!("{:.0}x", ns / decide));
        println!(
            "{:<20} {:>10.0} {:>10.0} {:>12.0} {:>8} {:>14} {:>9} {:>16}",
            shape.name,
            decide,
            explain,
            iam_rs,
            ratio(Some(iam_rs)),
            shown(node),
            ratio(node),
            allocations
        );
    }
    println!("\nfrom text to engine");
    println!(
        "{:<20} {:>10} {:>12} {:>14} {:>14} {:>12} {:>12}",
        "", "text KB", "parse MB/s", "compile MB/s", "both MB/s", "engine/text", "all/text"
    );
    for shape in &shapes {
        compiling(shape);
    }
    println!("\nstatements of other services (one question, 5 statements that concern it)");
    for others in [0, 100, 1_000, 10_000] {
        println!("{others:>8} others {:>8.0} ns", beside(others));
    }
}

fn engine(shape: &Shape) -> Engine {
    Engine::compile(&set(parsed(shape)))
}

fn parsed(shape: &Shape) -> Vec<Document> {
    let parse = |text: &String| Document::parse(text).expect("the benchmark's own policy");
    shape.policies.iter().map(parse).collect()
}

fn set(documents: Vec<Document>) -> PolicySet {
    PolicySet {
        identity: documents.into_iter().map(|document| Source::new("policy", document)).collect(),
        ..PolicySet::default()
    }
}

fn requests(shape: &Shape) -> Vec<Request> {
    let request = |asked: &shapes::Asked| {
        let principal = PRINCIPAL.parse().expect("a user");
        let mut request = Request::new(principal, asked.action.clone(), asked.resource.clone());
        request.context.extend(asked.context.iter().copied());
        request
    };
    shape.questions.iter().map(request).collect()
}

fn compiling(shape: &Shape) {
    let text: usize = shape.policies.iter().map(String::len).sum();
    let rate = |ns: f64| text as f64 * 1_000.0 / ns;
    let parse = per_item(1, || {
        black_box(parsed(black_box(shape)));
    });
    let set_once = set(parsed(shape));
    let compile = per_item(1, || {
        black_box(Engine::compile(black_box(&set_once)));
    });
    let both = per_item(1, || {
        black_box(engine(black_box(shape)));
    });
    let held = |region: &Region<System>| {
        let change = region.change();
        (change.bytes_allocated as f64 - change.bytes_deallocated as f64) / text as f64
    };
    let region = Region::new(ALLOCATIONS);
    let engine = Engine::compile(&set_once);
    let alone = held(&region);
    drop(engine);
    let region = Region::new(ALLOCATIONS);
    let whole = self::engine(shape);
    let all = held(&region);
    drop(whole);
    println!(
        "{:<20} {:>10.1} {:>12.0} {:>14.0} {:>14.0} {:>12.2} {:>12.2}",
        shape.name,
        text as f64 / 1_000.0,
        rate(parse),
        rate(compile),
        rate(both),
        alone,
        all
    );
}

/// One question to five statements of its service among many of others.
fn beside(others: usize) -> f64 {
    let statement = |n: usize| {
        let service = if n < 5 { "s3".to_owned() } else { format!("service{n}") };
        format!(
            r#"{{"Effect": "Allow", "Action": ["{service}:Get*", "{service}:PutObject"], "Resource": "arn:aws:{service}:::thing-{n}/*"}}"#
        )
    };
    let statements: Vec<String> = (0..5 + others).map(statement).collect();
    let documents = statements
        .chunks(50)
        .map(|part| Document::parse(&format!(r#"{{"Version": "2012-10-17", "Statement": [{}]}}"#, part.join(","))))
        .map(|document| document.expect("the benchmark's own policy"))
        .collect();
    let engine = Engine::compile(&set(documents));
    let principal = PRINCIPAL.parse().expect("a user");
    let request = Request::new(principal, "s3:PutObject", "arn:aws:s3:::thing-3/x");
    per_item(100, || {
        for _ in 0..100 {
            black_box(engine.decide(black_box(&request)));
        }
    })
}

/// Nanoseconds for one of the `items` that a run goes through.
pub fn per_item(items: usize, mut run: impl FnMut()) -> f64 {
    run();
    let mut best = f64::INFINITY;
    for _ in 0..ROUNDS {
        let start = Instant::now();
        let mut runs = 0;
        while start.elapsed() < ROUND {
            run();
            runs += 1;
        }
        let each = start.elapsed().as_nanos() as f64 / (runs * items) as f64;
        best = best.min(each);
    }
    best
}
