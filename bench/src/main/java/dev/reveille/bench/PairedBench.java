package dev.reveille.bench;

import java.io.IOException;

/// A bench that can hold this checkout against another one, for [Against].
interface PairedBench {
  /// What a turn answers.
  ///
  /// @param moreIsBetter false for a time or a size
  /// @param turns how many turns the two servers of a pair take alternately; their ratios fold into
  ///   one, the median. 1 for a figure that the machine's speed does not move
  record Figure(String name, String unit, boolean moreIsBetter, int turns) {}

  /// A server that has been warmed up.
  interface WarmServer extends AutoCloseable {
    /// Measures once.
    double turn() throws IOException, InterruptedException;

    @Override
    void close() throws IOException;
  }

  Figure figure();

  /// Starts a server of the checkout on a copy of the kept phones and warms it up. Two servers may
  /// be there at a time. The load, the phones and the platforms are those of this checkout,
  /// whatever server it is.
  WarmServer start(Checkout checkout) throws IOException, InterruptedException;
}
