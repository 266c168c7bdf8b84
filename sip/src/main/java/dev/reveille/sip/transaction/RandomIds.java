package dev.reveille.sip.transaction;

import dev.reveille.sip.message.Via;
import java.security.SecureRandom;
import java.util.Base64;

/// Makes branches and tags that no peer can guess (RFC 3261 sections 8.1.1.7 and 19.3). For one
/// thread: it draws random bytes for many at once.
public final class RandomIds {
  private static final int BYTES_EACH = 9;
  private static final int DRAWN_AT_ONCE = 64 * BYTES_EACH;

  private final SecureRandom random;
  private final byte[] drawn = new byte[DRAWN_AT_ONCE];
  private int used = DRAWN_AT_ONCE;

  public RandomIds(final SecureRandom random) {
    this.random = random;
  }

  /// 72 random bits, twelve characters of a token.
  public String tag() {
    if (used == DRAWN_AT_ONCE) {
      random.nextBytes(drawn);
      used = 0;
    }
    final var one = new byte[BYTES_EACH];
    System.arraycopy(drawn, used, one, 0, BYTES_EACH);
    used += BYTES_EACH;
    return Base64.getUrlEncoder().encodeToString(one);
  }

  /// A branch that says it is one of RFC 3261.
  public String branch() {
    return Via.COOKIE + tag();
  }
}
