package dev.reveille.routing;

/// Delays the answer to an app that marked entries of its inbox until everything that follows from
/// the marks is on disk. That includes the end of a row which memory did not know: without it, a
/// server that crashed would push once more what the app already has.
///
/// Belongs to the dispatcher's thread.
final class Confirmation {
  private final Runnable kept;
  private int open = 1;

  /// @param kept as in [Dispatcher#acknowledged]
  Confirmation(final Runnable kept) {
    this.kept = kept;
  }

  /// One more thing is to be noted first.
  void waits() {
    open++;
  }

  /// One thing is noted; after the last one the answer follows with the commit.
  void noted(final Trail trail) {
    if (--open == 0) {
      trail.tellWhenKept(kept);
    }
  }
}
