//! Pictures of figures, as SVG: bars with the single runs on them, or lines over the parts of all deliveries.

use serde::{Deserialize, Serialize};
use std::fmt::Write as _;

const WIDTH: f64 = 760.0;
const LABELS: f64 = 170.0;
const BAR: f64 = 22.0;
const GAP: f64 = 10.0;
const TOP: f64 = 44.0;
const PLOT: f64 = 260.0;

/// Colours that can be told apart on light and dark pages, and by those who see few colours.
const COLOURS: [&str; 5] = ["#d9730d", "#3b82c4", "#5a9e4b", "#8a8f98", "#9b6bc4"];

/// Where lines have their points: parts of all deliveries that were at most so late.
const PARTS: [f64; 9] = [0.0, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 0.9999, 1.0];

/// A picture.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Chart {
    pub(crate) title: String,
    pub(crate) series: Series,
}

/// What is in it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Series {
    /// A bar each, with its runs.
    Bars(Vec<Bar>),
    /// A line each.
    Lines(Vec<Line>),
}

/// A bar.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Bar {
    pub(crate) label: String,
    pub(crate) value: f64,
    pub(crate) runs: Vec<f64>,
}

/// Latencies, from the shortest to the longest, at [`PARTS`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Line {
    pub(crate) label: String,
    pub(crate) ms: Vec<f64>,
}

impl Line {
    /// Of latencies.
    pub(crate) fn of(label: &str, latencies: &hdrhistogram::Histogram<u64>) -> Self {
        let ms = |part: &f64| latencies.value_at_quantile(*part) as f64 / 1e6;
        Self {
            label: label.to_owned(),
            ms: PARTS.iter().map(ms).collect(),
        }
    }
}

impl Chart {
    /// The picture.
    pub(crate) fn svg(&self) -> String {
        let (inside, height) = match &self.series {
            Series::Bars(bars) => bars_svg(bars),
            Series::Lines(lines) => lines_svg(lines),
        };
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" font-family=\"sans-serif\" font-size=\"13\">\n\
             <style>text{{fill:#222}}.rule{{stroke:#8884}}@media(prefers-color-scheme:dark){{text{{fill:#ddd}}}}</style>\n\
             <text x=\"0\" y=\"18\" font-size=\"15\" font-weight=\"bold\">{}</text>\n{inside}</svg>\n",
            escaped(&self.title)
        )
    }
}

fn bars_svg(bars: &[Bar]) -> (String, f64) {
    let runs = bars.iter().flat_map(|bar| bar.runs.iter().copied());
    let most = bars
        .iter()
        .map(|bar| bar.value)
        .chain(runs)
        .fold(f64::MIN_POSITIVE, f64::max);
    let scale = (WIDTH - LABELS - 90.0) / most;
    let mut out = String::new();
    for (index, bar) in bars.iter().enumerate() {
        let y = TOP + index as f64 * (BAR + GAP);
        let colour = COLOURS.get(index % COLOURS.len()).unwrap_or(&"#888");
        let _ = writeln!(
            out,
            "<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>\
             <rect x=\"{LABELS}\" y=\"{y}\" width=\"{:.1}\" height=\"{BAR}\" fill=\"{colour}\"/>\
             <text x=\"{:.1}\" y=\"{}\">{}</text>",
            LABELS - 8.0,
            y + 16.0,
            escaped(&bar.label),
            bar.value * scale,
            LABELS + most.min(bar.runs.iter().copied().fold(bar.value, f64::max)) * scale + 10.0,
            y + 16.0,
            short(bar.value),
        );
        for run in &bar.runs {
            let _ = writeln!(
                out,
                "<circle cx=\"{:.1}\" cy=\"{}\" r=\"3\" fill=\"#fff\" stroke=\"#222\"/>",
                LABELS + run * scale,
                y + BAR / 2.0
            );
        }
    }
    (out, TOP + bars.len() as f64 * (BAR + GAP))
}

fn lines_svg(lines: &[Line]) -> (String, f64) {
    let all = lines
        .iter()
        .flat_map(|line| line.ms.iter().copied())
        .filter(|ms| *ms > 0.0);
    let (least, most) = all.fold((f64::MAX, f64::MIN_POSITIVE), |(least, most), ms| {
        (least.min(ms), most.max(ms))
    });
    let (low, high) = (least.log10().floor(), most.log10().ceil());
    let y_of = |ms: f64| TOP + PLOT * (high - ms.max(least).log10()) / (high - low).max(1.0);
    let step = (WIDTH - LABELS - 40.0) / (PARTS.len() - 1) as f64;
    let x_of = |index: usize| 60.0 + index as f64 * step;
    let mut out = String::new();
    for power in low as i32..=high as i32 {
        let ms = 10_f64.powi(power);
        let y = y_of(ms);
        let _ = writeln!(
            out,
            "<line class=\"rule\" x1=\"60\" x2=\"{:.0}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/><text x=\"52\" y=\"{:.1}\" text-anchor=\"end\">{} ms</text>",
            x_of(PARTS.len() - 1),
            y + 4.0,
            short(ms)
        );
    }
    for (index, part) in PARTS.iter().enumerate() {
        let name = match part {
            0.0 => "least".to_owned(),
            1.0 => "most".to_owned(),
            part => format!("{} %", short(part * 100.0)),
        };
        let _ = writeln!(
            out,
            "<text x=\"{:.1}\" y=\"{}\" text-anchor=\"middle\" font-size=\"11\">{name}</text>",
            x_of(index),
            TOP + PLOT + 18.0
        );
    }
    for (at, line) in lines.iter().enumerate() {
        let colour = COLOURS.get(at % COLOURS.len()).unwrap_or(&"#888");
        let points: Vec<_> = line
            .ms
            .iter()
            .enumerate()
            .map(|(index, ms)| format!("{:.1},{:.1}", x_of(index), y_of(*ms)))
            .collect();
        let y = TOP + 8.0 + at as f64 * 20.0;
        let _ = writeln!(
            out,
            "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2.5\"/>\
             <rect x=\"{x}\" y=\"{:.1}\" width=\"12\" height=\"12\" fill=\"{colour}\"/><text x=\"{}\" y=\"{:.1}\">{}</text>",
            points.join(" "),
            y,
            WIDTH - LABELS + 32.0,
            y + 11.0,
            escaped(&line.label),
            x = WIDTH - LABELS + 14.0,
        );
    }
    (out, TOP + PLOT + 30.0)
}

/// A figure with as many digits as say something.
pub(crate) fn short(value: f64) -> String {
    let places = match value.abs() {
        at_least if at_least >= 100.0 => 0,
        at_least if at_least >= 10.0 => 1,
        at_least if at_least >= 0.1 || at_least == 0.0 => 2,
        _ => 3,
    };
    let text = format!("{value:.places$}");
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_have_three_digits() {
        for (value, text) in [
            (0.0, "0"),
            (0.0123, "0.012"),
            (3.456, "3.46"),
            (12.34, "12.3"),
            (250_000.4, "250000"),
            (99.99, "100"),
        ] {
            assert_eq!(short(value), text);
        }
    }

    #[test]
    fn bars_are_as_long_as_what_they_say() {
        let bar = |label: &str, value| Bar {
            label: label.into(),
            value,
            runs: vec![value],
        };
        let chart = Chart {
            title: "µs & <more>".into(),
            series: Series::Bars(vec![bar("a", 2.0), bar("b", 4.0)]),
        };
        let svg = chart.svg();
        assert!(svg.contains("µs &amp; &lt;more>"), "{svg}");
        assert!(
            svg.contains("width=\"250.0\"") && svg.contains("width=\"500.0\""),
            "{svg}"
        );
    }

    #[test]
    fn later_is_higher() {
        let line = |ms: f64| Line {
            label: "a".into(),
            ms: vec![ms; PARTS.len()],
        };
        let chart = Chart {
            title: String::new(),
            series: Series::Lines(vec![line(1.0), line(100.0)]),
        };
        let svg = chart.svg();
        assert!(
            svg.contains(&format!("60.0,{:.1}", TOP + PLOT)) && svg.contains(&format!("60.0,{TOP:.1}")),
            "{svg}"
        );
    }
}
