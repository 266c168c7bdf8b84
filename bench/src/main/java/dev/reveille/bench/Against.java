package dev.reveille.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.Locale;

/// Whether this checkout is as good as another one: 12 pairs of servers, one of each checkout, on
/// the same kept phones. The two servers of a pair are warmed up and then measured in alternate
/// short turns; two turns that stand next to each other give a ratio, and the median of these is
/// the ratio of the pair. Above 1, this checkout is the better one.
///
/// What the machine does beside it changes within tens of seconds and weighs on both servers; how
/// the compilers treat a server differs from start to start, so a pair counts once, however many
/// turns it took.
///
/// The interval is that of the order statistics of the ratios: with 12 pairs the median of all such
/// pairs lies between the third smallest and the third largest of them with a probability of 96 %,
/// between the fourth ones with 85 %. For 90 % the wider interval is taken, so it holds more than
/// it says. It asks nothing of how ratios are distributed, except that each falls above or below
/// their median with equal chances.
final class Against {
  static final int PAIRS = 12;
  private static final double CONFIDENCE = 0.90;
  private static final double LEAST_MEDIAN = 0.97;
  private static final double LEAST_END = 0.95;
  private static final double WIDEST = 0.04;

  private final PrintStream progress;

  Against(final PrintStream progress) {
    this.progress = progress;
  }

  /// What a comparison came to.
  enum Verdict {
    NOT_WORSE("not worse"),
    WORSE("WORSE"),
    NO_RESULT("no result, more turns are needed");

    final String words;

    Verdict(final String words) {
      this.words = words;
    }
  }

  /// @param low the interval's worse end
  record Found(double median, double low, double high) {
    /// An interval that is too wide says nothing, whatever its middle is.
    Verdict verdict() {
      if (high - low > WIDEST) {
        return Verdict.NO_RESULT;
      }
      return median >= LEAST_MEDIAN && low >= LEAST_END ? Verdict.NOT_WORSE : Verdict.WORSE;
    }
  }

  /// Median and interval of paired ratios.
  ///
  /// @throws IllegalArgumentException for fewer than 5, of which no interval is sure enough
  static Found of(final double... ratios) {
    if (2 * Math.pow(0.5, ratios.length) > 1 - CONFIDENCE) {
      throw new IllegalArgumentException(
          ratios.length + " pairs give no interval of 90 %; it takes 5 or more");
    }
    final var sorted = ratios.clone();
    Arrays.sort(sorted);
    final int out = leftOut(sorted.length);
    return new Found(Report.median(sorted), sorted[out], sorted[sorted.length - 1 - out]);
  }

  /// How many ratios may be left out at each end so that what is between still holds the median
  /// with the confidence: the chance that it does not is twice that of at most so many heads of
  /// fair coins.
  static int leftOut(final int pairs) {
    double tail = Math.pow(0.5, pairs);
    double chance = tail;
    int out = 0;
    while (2 * (chance + tail * (pairs - out) / (out + 1)) <= 1 - CONFIDENCE) {
      tail = tail * (pairs - out) / (out + 1);
      chance += tail;
      out++;
    }
    return out;
  }

  /// Runs all turns, prints what was found, and answers it.
  Found run(final PairedBench bench, final Checkout other, final int pairs, final PrintStream out)
      throws IOException, InterruptedException {
    final var figure = bench.figure();
    final var ratios = new double[pairs];
    for (int pair = 0; pair < pairs; pair++) {
      final boolean oursFirst = pair % 2 == 0; // neither is always the one that starts first
      try (var first = bench.start(oursFirst ? Checkout.THIS : other);
          var second = bench.start(oursFirst ? other : Checkout.THIS)) {
        ratios[pair] = pair(figure, oursFirst ? first : second, oursFirst ? second : first);
      }
      progress.printf(Locale.ROOT, "pair %d of %d: ratio %.3f%n", pair + 1, pairs, ratios[pair]);
    }
    final var found = of(ratios);
    out.printf(
        Locale.ROOT,
        "%s, %d pairs: median ratio %.3f, 90 %% interval %.3f to %.3f (above 1 is better): %s%n",
        figure.name(),
        pairs,
        found.median(),
        found.low(),
        found.high(),
        found.verdict().words);
    return found;
  }

  /// The ratio of two servers.
  private double pair(
      final PairedBench.Figure figure,
      final PairedBench.WarmServer here,
      final PairedBench.WarmServer there)
      throws IOException, InterruptedException {
    final var ratios = new double[figure.turns()];
    for (int turn = 0; turn < ratios.length; turn++) {
      final boolean oursFirst = turn % 2 == 0; // neither is always the one that comes after a rest
      final double first = (oursFirst ? here : there).turn();
      final double second = (oursFirst ? there : here).turn();
      final double ours = oursFirst ? first : second;
      final double theirs = oursFirst ? second : first;
      ratios[turn] = figure.moreIsBetter() ? ours / theirs : theirs / ours;
      progress.printf(
          Locale.ROOT,
          "turn %d of %d: here %.3f, there %.3f %s, ratio %.3f%n",
          turn + 1,
          ratios.length,
          ours,
          theirs,
          figure.unit(),
          ratios[turn]);
    }
    return Report.median(ratios);
  }
}
