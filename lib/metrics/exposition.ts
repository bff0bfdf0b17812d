/**
 * The Prometheus text format, by prom-client. Imported lazily: only a scrape needs it.
 *
 * @module
 */
import type { Counter, Gauge, Histogram, Registry } from "prom-client";
// The parts alone take 10 ms to load, the whole package 50: its entry also loads node:cluster and tdigest. They carry no
// types of their own, hence the annotations below.
import CounterModule from "prom-client/lib/counter.js";
import GaugeModule from "prom-client/lib/gauge.js";
import HistogramModule from "prom-client/lib/histogram.js";
import RegistryModule from "prom-client/lib/registry.js";
import type { Tally } from "./tally.ts";

const CounterClass: typeof Counter = CounterModule;
const GaugeClass: typeof Gauge = GaugeModule;
const HistogramClass: typeof Histogram = HistogramModule;
const RegistryClass: typeof Registry = RegistryModule;

/** Name, help and labels of one metric, and where its values are. */
export type MetricSource =
  | {
    readonly kind: "counter";
    readonly name: string;
    readonly help: string;
    readonly labels: readonly string[];
    readonly tally: Tally;
  }
  | { readonly kind: "gauge"; readonly name: string; readonly help: string; readonly value: () => number }
  | {
    readonly kind: "histogram";
    readonly name: string;
    readonly help: string;
    readonly labels: readonly string[];
    readonly buckets: readonly number[];
    readonly zero: readonly Readonly<Record<string, string>>[];
  };

export interface Exposition {
  observe(histogram: string, labels: Readonly<Record<string, string>>, value: number): void;
  render(): Promise<{ readonly contentType: string; readonly body: string }>;
}

/** A registry of its own over the sources; what they hold is read when it is rendered. */
export function createExposition(sources: readonly MetricSource[]): Exposition {
  const registry = new RegistryClass();
  const registers = [registry];
  const histograms = new Map<string, Histogram>();
  for (const source of sources) {
    const { name, help } = source;
    if (source.kind === "counter") {
      const { labels, tally } = source;
      new CounterClass({
        name,
        help,
        labelNames: [...labels],
        registers,
        collect() {
          this.reset();
          for (const { labels, value } of tally.series()) this.inc(labels, value);
        },
      });
    } else if (source.kind === "gauge") {
      const { value } = source;
      new GaugeClass({
        name,
        help,
        registers,
        collect() {
          this.set(value());
        },
      });
    } else {
      const { labels, buckets, zero } = source;
      const histogram = new HistogramClass({
        name,
        help,
        labelNames: [...labels],
        buckets: [...buckets],
        registers,
      });
      for (const labels of zero) histogram.zero(labels);
      histograms.set(name, histogram);
    }
  }
  return {
    observe: (histogram, labels, value) => histograms.get(histogram)?.observe(labels, value),
    render: async () => ({ contentType: registry.contentType, body: await registry.metrics() }),
  };
}
