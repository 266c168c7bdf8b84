package dev.reveille.bench.siege;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Makes phones of users whose inboxes are full, for attacks that read them.
final class FullInboxPhones {
  /// As many as one user may have.
  static final int PER_USER = 20;

  private FullInboxPhones() {}

  /// Device tokens of so many phones.
  static List<String> withFullInboxes(
      final AttackTarget target, final int phones, final int messages) throws IOException {
    final int users = (phones + PER_USER - 1) / PER_USER;
    try (var ground = new Groundwork(target)) {
      ground.users(users);
      ground.app();
      ground.fill(users, messages);
      final var tokens = new ArrayList<String>();
      for (int user = 0; user < users; user++) {
        tokens.addAll(ground.phones(user, Math.min(PER_USER, phones - tokens.size()), false));
      }
      return tokens;
    }
  }
}
