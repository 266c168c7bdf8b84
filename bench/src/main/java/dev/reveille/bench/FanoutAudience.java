package dev.reveille.bench;

import dev.reveille.bench.OnceEach.Came;
import dev.reveille.simulators.apple.AppleSimulator;
import dev.reveille.simulators.apple.ArrivedPush;
import dev.reveille.simulators.apple.DeviceToken;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/// The audience of the fan-out bench: push tokens at Apple's simulator that belong to no user, and
/// the pushes that came to them. The tokens follow from a seed. Belongs to one thread.
final class FanoutAudience {
  private static final String MARK = "\"send-of-bench\":\"";
  private static final int WORDS = 4; // of a token's 32 bytes

  private final AppleSimulator apple;
  private final List<String> tokens;
  private final Set<String> others = new HashSet<>();
  private final List<Came> late = new ArrayList<>();
  private long seen;

  /// @param others tokens of phones that are told of something else meanwhile
  FanoutAudience(final AppleSimulator apple, final int size, final Set<String> others) {
    this.apple = apple;
    this.tokens = tokens(size, 1);
    this.others.addAll(others);
    tokens.forEach(token -> apple.put(DeviceToken.active(token, AppSetup.APP, false)));
  }

  /// As many as wanted, each other than the others.
  static List<String> tokens(final int size, final long seed) {
    final var random = new SplittableRandom(seed);
    final var tokens = new ArrayList<String>(size);
    for (int i = 0; i < size; i++) {
      final var token = new StringBuilder();
      for (int word = 0; word < WORDS; word++) {
        token.append(HexFormat.of().toHexDigits(random.nextLong()));
      }
      tokens.add(token.toString());
    }
    return List.copyOf(tokens);
  }

  List<String> tokens() {
    return tokens;
  }

  /// @param number from 1
  String token(final int number) {
    return tokens.get(number - 1);
  }

  /// The mark of the send that a push belongs to, "" when it bears none.
  static String mark(final ArrivedPush push) {
    final int at = push.payload().indexOf(MARK);
    if (at < 0) {
      return "";
    }
    final int from = at + MARK.length();
    return push.payload().substring(from, push.payload().indexOf('"', from));
  }

  /// What came since it was asked the last time. What phones were told that are not of the audience
  /// is left out, unless it is a push of a send.
  List<Came> came() {
    final var came = new ArrayList<>(late);
    late.clear();
    for (final var push : unseen()) {
      final var one = new Came(mark(push), push.token(), push.status());
      if (!(one.mark().isEmpty() && others.contains(one.token()))) {
        came.add(one);
      }
    }
    return came;
  }

  /// Another sender pushed to the audience: pushes without a mark are its own.
  void otherSenderPushed() {
    for (final var push : unseen()) {
      if (!mark(push).isEmpty()) {
        late.add(new Came(mark(push), push.token(), push.status()));
      }
    }
  }

  private List<ArrivedPush> unseen() {
    final var unseen = apple.pushes("").stream().filter(push -> push.sequence() > seen).toList();
    if (!unseen.isEmpty()) {
      seen = unseen.getLast().sequence();
    }
    return unseen;
  }
}
