package dev.reveille.protocols.rest;

import dev.reveille.http.server.Answer;
import dev.reveille.model.Preferences;
import dev.reveille.model.User;
import dev.reveille.protocols.answers.Answers;
import dev.reveille.protocols.json.Refusal;
import dev.reveille.protocols.protection.Protection;
import dev.reveille.routing.port.Registry;
import dev.reveille.routing.port.SecretStore.Right;
import java.time.InstantSource;
import java.util.function.UnaryOperator;

/// `/v1/users/{user}/protection`: do not disturb, quiet hours, muted conversations and ring limit
/// of a user. On threads that may block.
final class ProtectionResource {
  private final Registry registry;
  private final UsersResource users;
  private final InstantSource clock;

  ProtectionResource(
      final Registry registry, final UsersResource users, final InstantSource clock) {
    this.registry = registry;
    this.users = users;
    this.clock = clock;
  }

  Answer show(final Request request) {
    request.need(Right.LISTEN, Right.MANAGE);
    return answer(users.user(request));
  }

  Answer put(final Request request) {
    final var body = request.exchange().body();
    return change(request, before -> Protection.replaced(body, before));
  }

  Answer patch(final Request request) {
    final var body = request.exchange().body();
    return change(request, before -> Protection.patched(body, before));
  }

  Answer mute(final Request request) {
    final var body = request.exchange().body();
    return change(
        request, before -> Protection.mute(before, request.second(), body, clock.instant()));
  }

  Answer unmute(final Request request) {
    return change(request, before -> Protection.unmute(before, request.second()));
  }

  private Answer change(final Request request, final UnaryOperator<Preferences> change) {
    request.need(Right.MANAGE);
    final var id = users.user(request).id();
    final var after = registry.changePreferences(id, change, request.who());
    return answer(after.orElseThrow(() -> Refusal.notFound("user", id.name())));
  }

  private Answer answer(final User user) {
    return Answers.json(200, out -> Protection.write(out, user.preferences(), clock.instant()));
  }
}
