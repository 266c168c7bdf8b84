package dev.reveille.protocols.rest;

import dev.reveille.http.routes.TokenBucket;
import dev.reveille.http.server.BudgetOwner;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.Reason;
import dev.reveille.protocols.json.Refusal;
import dev.reveille.routing.port.SecretStore.ApiKey;
import dev.reveille.routing.port.SecretStore.Right;
import java.util.Locale;

/// The authenticated sender of a request: a key, what it may do, and its rate limit.
record Principal(ApiKey key, TokenBucket limit, boolean maySend) implements BudgetOwner {
  Principal(final ApiKey key, final TokenBucket limit) {
    this(key, limit, key.rights().contains(Right.SEND));
  }

  @Override
  public String budgetOwner() {
    return key.id();
  }

  @Override
  public String budgetOrganisation() {
    return organisation().value();
  }

  OrganisationId organisation() {
    return key.organisation();
  }

  boolean may(final Right right) {
    return key.rights().contains(right);
  }

  /// The name in the audit log.
  String who() {
    return "key " + key.id();
  }

  /// @throws Refusal when the key has none of the rights
  void need(final Right... anyOf) {
    for (final var right : anyOf) {
      if (may(right)) {
        return;
      }
    }
    final var words = new StringBuilder();
    for (final var right : anyOf) {
      words.append(words.isEmpty() ? "" : " or ").append(right.name().toLowerCase(Locale.ROOT));
    }
    throw new Refusal(Reason.NOT_ALLOWED, "needs the right " + words);
  }
}
