package dev.reveille.bench;

import java.io.IOException;

/// A bench that can run one turn on the server of any checkout and answers one figure, for
/// [Against].
interface OneTurn {
  /// What a turn answers.
  ///
  /// @param moreIsBetter false for a time or a size
  record Figure(String name, String unit, boolean moreIsBetter) {}

  Figure figure();

  /// Starts a server of the checkout on a copy of the kept phones, warms it up, and measures once.
  /// The load, the phones and the platforms are those of this checkout, whatever server it is.
  double turn(Checkout checkout) throws IOException, InterruptedException;
}
