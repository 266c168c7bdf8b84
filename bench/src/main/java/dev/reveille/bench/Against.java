package dev.reveille.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.Locale;

/// Compares this checkout with another one by 12 pairs of servers, one of each checkout, on the
/// same users and phones. The two servers of a pair are warmed up and then measured in alternate
/// short turns; two turns that stand next to each other give a ratio, and the median of these is
/// the ratio of the pair. Above 1, this checkout is the better one.
///
/// Each build registers the users and phones itself, in a data folder of its own, once for all
/// pairs. The other build may be older, and an older build refuses the store of a newer one.
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
  private static final int LEAST_PAIRS = 5; // of which an interval of 90 % can be told
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

  /// @param low the interval's worse end; both ends are infinite where no interval is sure enough
  record Found(double median, double low, double high) {
    /// An interval that is too wide says nothing of a small difference. It still says that this
    /// checkout is not worse when all of it is above 1, and worse when all of it is below the least
    /// end.
    Verdict verdict() {
      if (high - low > WIDEST) {
        return low >= 1 && high < Double.POSITIVE_INFINITY
            ? Verdict.NOT_WORSE
            : high < LEAST_END ? Verdict.WORSE : Verdict.NO_RESULT;
      }
      return median >= LEAST_MEDIAN && low >= LEAST_END ? Verdict.NOT_WORSE : Verdict.WORSE;
    }
  }

  /// Median and interval of paired ratios.
  static Found of(final double... ratios) {
    final var sorted = ratios.clone();
    Arrays.sort(sorted);
    if (sorted.length < LEAST_PAIRS) {
      return new Found(Report.median(sorted), Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);
    }
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

  /// Lets both builds register, runs all turns, prints what was found, and answers it.
  ///
  /// @throws IOException when a build cannot register or be measured, the two of them have
  ///   registered different numbers of users and phones, or only one starts from a cache
  <R extends Registered> Found run(
      final PairedBench<R> bench, final Checkout other, final int pairs, final PrintStream out)
      throws IOException, InterruptedException {
    final var sides =
        "here %s, there %s in %s".formatted(Checkout.THIS.commit(), other.commit(), other.folder());
    mustStartAlike(Checkout.THIS.startsFromCache(), other.startsFromCache());
    final var figure = bench.figure();
    final var ratios = new double[pairs];
    final String size;
    try (var ours = bench.register(Checkout.THIS);
        var theirs = bench.register(other)) {
      size = ours.size();
      mustBeAlike(ours, theirs);
      for (int pair = 0; pair < pairs; pair++) {
        final boolean oursFirst = pair % 2 == 0; // neither is always the one that starts first
        try (var first = bench.start(oursFirst ? ours : theirs);
            var second = bench.start(oursFirst ? theirs : ours)) {
          ratios[pair] = pair(figure, oursFirst ? first : second, oursFirst ? second : first);
        }
        progress.printf(Locale.ROOT, "pair %d of %d: ratio %.3f%n", pair + 1, pairs, ratios[pair]);
      }
    }
    final var found = of(ratios);
    out.printf("%s: %s each%n", sides, size);
    out.printf(
        Locale.ROOT,
        "%s, %d %s: median ratio %.3f, %s (above 1 is better): %s%n",
        figure.name(),
        pairs,
        pairs == 1 ? "pair" : "pairs",
        found.median(),
        pairs < LEAST_PAIRS
            ? "no interval of fewer than " + LEAST_PAIRS + " pairs"
            : String.format(Locale.ROOT, "90 %% interval %.3f to %.3f", found.low(), found.high()),
        found.verdict().words);
    return found;
  }

  /// @param here whether servers of this checkout start from a cache of loaded classes
  /// @param there whether those of the other do
  static void mustStartAlike(final boolean here, final boolean there) throws IOException {
    if (here != there) {
      throw new IOException(
          "servers start from a cache of loaded classes %s only, so nothing can be compared: run ./reveille help in both folders, without REVEILLE_BUILD=never, and try again"
              .formatted(here ? "here" : "there"));
    }
  }

  private static void mustBeAlike(final Registered ours, final Registered theirs)
      throws IOException {
    if (!ours.size().equals(theirs.size())) {
      throw new IOException(
          "here are %s, there are %s, so nothing can be compared: name another folder with --phones"
              .formatted(ours.size(), theirs.size()));
    }
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
