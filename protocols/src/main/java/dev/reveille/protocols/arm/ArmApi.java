package dev.reveille.protocols.arm;

import dev.reveille.http.Faults;
import dev.reveille.http.server.BodyHead;
import dev.reveille.http.server.BodyOwner;
import dev.reveille.http.server.BodyRule;
import dev.reveille.http.server.Exchange;
import dev.reveille.http.server.HttpHandler;
import dev.reveille.http.server.Problems;
import dev.reveille.model.Reason;
import dev.reveille.protocols.answers.SlowRequests;
import dev.reveille.protocols.json.Refusal;
import dev.reveille.protocols.notificationhubs.Hubs;
import dev.reveille.protocols.resources.CommunicationResources;
import dev.reveille.protocols.resources.ResourceId;
import dev.reveille.protocols.rest.ApiCallers;
import dev.reveille.routing.port.Registry;
import dev.reveille.routing.port.StoreException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/// A subset of Azure Resource Manager's REST interface: everything below `/subscriptions`. Callers
/// authenticate with an API key that has the right `manage`, in place of a token of Azure.
///
/// What Azure does in the background is done here when the answer comes: it says `Succeeded`, which
/// ends the waiting of every client at once.
///
/// Hand it to an [dev.reveille.http.server.HttpListener]. Thread-safe.
public final class ArmApi implements HttpHandler {
  /// Where its paths begin.
  public static final String PATH = "/subscriptions";

  private static final Faults FAULTS = new Faults(LoggerFactory.getLogger(ArmApi.class));
  private static final BodyRule BODY = BodyRule.whole(64 * 1024);

  private final ApiCallers callers;
  private final CommunicationResources resources;
  private final SlowRequests slow;
  private final ArmRoutes routes = new ArmRoutes();

  /// @param slow the places of requests that may wait for the store
  public ArmApi(
      final ApiCallers callers,
      final CommunicationResources resources,
      final Hubs hubs,
      final SlowRequests slow) {
    this.callers = callers;
    this.resources = resources;
    this.slow = slow;
    new ArmSubscriptions().fill(routes);
    new CommunicationServiceCalls(resources).fill(routes);
    new NamespaceCalls(resources).fill(routes);
    new HubResourceCalls(resources, hubs).fill(routes);
    new AuthorizationRuleCalls(resources, hubs).fill(routes);
  }

  /// Every address with its methods.
  Map<String, Set<String>> addresses() {
    return routes.addresses();
  }

  @Override
  public BodyRule bodyRule(final String method, final String path) {
    return BODY;
  }

  @Override
  public @Nullable BodyOwner bodyOwner(final BodyHead head) {
    return callers.bodyOwner(head, refusal -> ArmRefused.of(refusal).answer());
  }

  @Override
  public BodyOwner lookUp(final BodyHead head) {
    return callers.lookUp(head, refusal -> ArmRefused.of(refusal).answer());
  }

  @Override
  public Problems problems() {
    return (status, detail) -> ArmRefused.of(status, detail).answer();
  }

  @Override
  public void handle(final Exchange exchange) {
    slow.run(
        exchange,
        callers.remembered(exchange),
        problems(),
        place -> guarded(exchange, () -> answer(exchange, place)));
  }

  /// First who asks, then what: a stranger learns nothing.
  private void answer(final Exchange exchange, final SlowRequests.Place place) {
    final var caller = callers.caller(exchange, place);
    if (!caller.mayManage()) {
      throw new ArmRefused(
          403, "AuthorizationFailed", "The key does not have the right manage, which this needs.");
    }
    final var found = routes.find(exchange.method(), exchange.segments());
    ArmVersions.check(found.route().provider(), version(exchange));
    final var own = resources.subscriptions().of(caller.organisation());
    final var call = new ArmCall(exchange, caller, own, withoutSubscription(found.values(), own));
    exchange.answer(found.route().action().answer(call));
  }

  private static String version(final Exchange exchange) {
    return exchange.query("api-version").orElseGet(() -> exchange.query("API-Version").orElse(""));
  }

  private static List<String> withoutSubscription(final List<String> values, final UUID own) {
    if (values.isEmpty()) {
      return values;
    }
    if (!ResourceId.guid(values.getFirst()).equals(Optional.of(own))) {
      throw new ArmRefused(
          404,
          "SubscriptionNotFound",
          "The subscription is not that of the key's organisation, which is " + own + ".");
    }
    return values.subList(1, values.size());
  }

  private static void guarded(final Exchange exchange, final Runnable work) {
    if (exchange.isAbandoned()) {
      exchange.drop();
      return;
    }
    try {
      work.run();
    } catch (final ArmRefused refused) {
      exchange.answer(refused.answer());
    } catch (final Refusal refusal) {
      exchange.answer(ArmRefused.of(refusal).answer());
    } catch (final Hubs.Refused refused) {
      exchange.answer(
          ArmRefused.of(new Refusal(refused.why(), String.valueOf(refused.getMessage()))).answer());
    } catch (final Registry.Taken taken) {
      exchange.answer(ArmRefused.of(409, String.valueOf(taken.getMessage())).answer());
    } catch (final StoreException failed) {
      FAULTS.failed(failed, "{} failed", exchange);
      exchange.answer(
          ArmRefused.of(new Refusal(Reason.STORE_FAILED, "", Duration.ofSeconds(5))).answer());
    } catch (final RuntimeException | Error fault) {
      FAULTS.failed(fault, "{} failed", exchange);
      exchange.answer(ArmRefused.of(500, "A fault of the server.").answer());
    }
  }
}
