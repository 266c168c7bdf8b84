package dev.reveille.protocols.rest;

import dev.reveille.http.server.Answer;
import dev.reveille.model.DomainName;
import dev.reveille.model.Password;
import dev.reveille.model.Reason;
import dev.reveille.model.UserId;
import dev.reveille.protocols.answers.Answers;
import dev.reveille.protocols.json.Refusal;
import dev.reveille.routing.port.OrganisationDomains;
import dev.reveille.routing.port.SecretStore.Right;
import dev.reveille.routing.port.UserPasswords;
import dev.reveille.routing.port.UserPasswords.Busy;
import dev.reveille.routing.port.UserPasswords.PasswordState;
import java.time.Duration;

/// `/v1/users/{user}/password`: sets and removes a user's password. It is in no answer; what is
/// shown is since when there is one, and for which domains. On threads that may block.
final class PasswordResource {
  private final UserPasswords passwords;
  private final OrganisationDomains domains;
  private final UsersResource users;

  PasswordResource(
      final UserPasswords passwords, final OrganisationDomains domains, final UsersResource users) {
    this.passwords = passwords;
    this.domains = domains;
    this.users = users;
  }

  Answer show(final Request request) {
    request.need(Right.MANAGE);
    final var user = users.user(request).id();
    return answer(user, passwords.state(user).orElseThrow(() -> notFound(user)));
  }

  Answer put(final Request request) {
    request.need(Right.MANAGE);
    final var user = users.user(request).id();
    final var password = request.body("password").value("password", Password::of);
    try {
      return answer(
          user,
          passwords
              .set(user, password, SettingsResource.by(request))
              .orElseThrow(() -> Refusal.notFound("user", user.name())));
    } catch (Busy busy) {
      throw new Refusal(
          Reason.SERVER_BUSY, String.valueOf(busy.getMessage()), Duration.ofSeconds(1));
    }
  }

  Answer delete(final Request request) {
    request.need(Right.MANAGE);
    final var user = users.user(request).id();
    if (!passwords.remove(user, SettingsResource.by(request))) {
      throw notFound(user);
    }
    return Answers.NO_CONTENT;
  }

  private static Refusal notFound(final UserId user) {
    return Refusal.notFound("password of user", user.name());
  }

  private Answer answer(final UserId user, final PasswordState state) {
    final var now = domains.domainsOf(user.organisation());
    final var usable = now.stream().filter(state.realms()::contains);
    final var later = now.stream().filter(domain -> !state.realms().contains(domain));
    return Answers.json(
        200,
        out ->
            out.text("user", user.name())
                .moment("since", state.since())
                .texts("domains", usable.map(DomainName::value).toList())
                .texts("setAgainFor", later.map(DomainName::value).toList()));
  }
}
