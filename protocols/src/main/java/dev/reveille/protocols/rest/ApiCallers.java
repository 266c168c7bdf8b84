package dev.reveille.protocols.rest;

import dev.reveille.http.Faults;
import dev.reveille.http.server.Answer;
import dev.reveille.http.server.BodyHead;
import dev.reveille.http.server.BodyOwner;
import dev.reveille.http.server.Exchange;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.Reason;
import dev.reveille.protocols.answers.SlowRequests;
import dev.reveille.protocols.json.Refusal;
import dev.reveille.routing.port.SecretStore;
import dev.reveille.routing.port.SecretStore.Right;
import dev.reveille.routing.port.StoreException;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/// Authenticates callers by API key for other interfaces of the API's listener, with the same keys
/// and rate limits as [RestApi]. Thread-safe.
public final class ApiCallers {
  private static final Faults FAULTS = new Faults(LoggerFactory.getLogger(ApiCallers.class));

  private final Authenticator authenticator;

  ApiCallers(final Authenticator authenticator) {
    this.authenticator = authenticator;
  }

  /// With limits of its own, for a listener without [RestApi].
  public ApiCallers(final SecretStore secrets, final RestLimits limits) {
    this(new Authenticator(secrets, limits));
  }

  /// The holder of a key.
  ///
  /// @param who the name in the audit log
  /// @param mayManage whether the key has the right `manage`
  public record Caller(OrganisationId organisation, String who, boolean mayManage) {
    private static Caller of(final Principal principal) {
      return new Caller(principal.organisation(), principal.who(), principal.may(Right.MANAGE));
    }
  }

  /// The organisation of a key that memory knows; null says nothing of whether it is valid.
  public @Nullable OrganisationId remembered(final Exchange exchange) {
    final var principal = authenticator.remembered(header(exchange));
    return principal == null ? null : principal.organisation();
  }

  /// Finds out who asks, and charges them. May read the disk.
  ///
  /// @throws Refusal when it is a stranger, guessed too often, or asks too often
  public Caller caller(final Exchange exchange, final SlowRequests.Place place) {
    final var principal = authenticator.principal(header(exchange), exchange.peer());
    exchange.chargeTo(principal);
    place.belongsTo(principal.organisation());
    Authenticator.ration(principal, 1);
    return Caller.of(principal);
  }

  private static String header(final Exchange exchange) {
    return exchange.header("authorization").orElse("");
  }

  /// Who sends a body, as [dev.reveille.http.server.HttpHandler#bodyOwner].
  ///
  /// @param problem puts a refusal into the words of the interface
  public @Nullable BodyOwner bodyOwner(
      final BodyHead head, final Function<Refusal, Answer> problem) {
    final var principal = authenticator.remembered(head.authorization());
    if (principal != null) {
      return new BodyOwner.Pays(principal);
    }
    return Authenticator.mayBeKey(head.authorization()) ? null : lookUp(head, problem);
  }

  /// The same on a thread that may block.
  public BodyOwner lookUp(final BodyHead head, final Function<Refusal, Answer> problem) {
    try {
      return new BodyOwner.Pays(authenticator.principal(head.authorization(), head.client()));
    } catch (final Refusal refusal) {
      return new BodyOwner.Refused(problem.apply(refusal));
    } catch (final StoreException failed) {
      FAULTS.failed(failed, "the key of {} cannot be looked up", head);
      return new BodyOwner.Refused(
          problem.apply(new Refusal(Reason.STORE_FAILED, "", Duration.ofSeconds(5))));
    }
  }
}
