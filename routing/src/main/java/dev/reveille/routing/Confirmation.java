package dev.reveille.routing;

/// The answer to an app that marked entries of its inbox. It is given when everything that follows
/// from its words is on disk: also the end of a row of which memory did not know, since a server
/// that crashes before would push once more what the app has.
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
