package dev.reveille.bench;

import java.io.IOException;

/// A bench that [Against] can run on servers of two checkouts: it registers users and phones,
/// starts servers on copies of them, and takes one figure per turn.
///
/// @param <R> the users and phones that a build registered
interface PairedBench<R extends Registered> {
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

  /// Lets a build register the users and phones of the bench in a data folder of its own. It is
  /// asked once for all pairs.
  R register(Checkout checkout) throws IOException;

  /// Starts a server of the build that registered them on a copy of its folder and warms it up. Two
  /// servers may be there at a time. The load, the phones and the platforms are those of this
  /// checkout, whatever server it is.
  WarmServer start(R registered) throws IOException, InterruptedException;
}
