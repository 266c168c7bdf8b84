package dev.reveille.push.app;

/// Tells a token that is no longer valid from a wrong setting. When sandbox and production are
/// mixed up, or the topic is wrong, Apple calls every token bad; dropping them would silence all of
/// an app's users.
///
/// Bad answers count against the token while they are rare among the app's last hundred answers,
/// and while anything was accepted at all; the first two count as well, because a new app has no
/// past. Guarded by its own lock.
public final class TokenWatch {
  private static final int REMEMBERED = 100;
  private static final int ENOUGH = 20;
  private static final int LARGEST_PERCENTAGE = 30;
  private static final int BELIEVED_WITHOUT_SUCCESS = 2;

  private final boolean[] wasBad = new boolean[REMEMBERED];
  private int next;
  private int count;
  private int bad;

  public synchronized void good() {
    add(false);
  }

  /// @return whether the token may be dropped
  public synchronized boolean bad() {
    add(true);
    if (count - bad == 0) {
      return bad <= BELIEVED_WITHOUT_SUCCESS;
    }
    return count < ENOUGH || bad * 100 <= LARGEST_PERCENTAGE * count;
  }

  private void add(final boolean isBad) {
    if (count == REMEMBERED) {
      bad -= wasBad[next] ? 1 : 0;
    } else {
      count++;
    }
    wasBad[next] = isBad;
    bad += isBad ? 1 : 0;
    next = (next + 1) % REMEMBERED;
  }
}
