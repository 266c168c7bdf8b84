package dev.reveille.protocols.rest;

import dev.reveille.http.server.Answer;
import dev.reveille.model.HubName;
import dev.reveille.model.Reason;
import dev.reveille.protocols.answers.Answers;
import dev.reveille.protocols.json.JsonOut;
import dev.reveille.protocols.json.Refusal;
import dev.reveille.protocols.json.Times;
import dev.reveille.protocols.notificationhubs.Hub;
import dev.reveille.protocols.notificationhubs.Hubs;
import dev.reveille.protocols.sas.AccessRight;
import dev.reveille.protocols.sas.ServedEndpoint;
import dev.reveille.protocols.sas.SharedAccessPolicy;
import dev.reveille.routing.port.SecretStore.Right;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// `/v1/hubs`: notification hubs of the sender's organisation, and their policies. The parameter
/// `namespace` says in which namespace a hub is, unless that is the default one. A hub's
/// credentials for push services are kept with its app ([CredentialsResource]).
///
/// Danger: keys of policies are shown again at each request, within connection strings, to keys
/// with the right `manage`, because callers' configurations are made of them.
final class HubsResource {
  /// Of the query and of bodies.
  static final String NAMESPACE = "namespace";

  private static final String SANDBOX = "sandbox";
  private static final String TTL = "registrationTtl";
  private static final String NEVER = "never";
  private static final String PRIMARY = "connectionString";
  private static final String SECONDARY = "secondaryConnectionString";

  private final Hubs hubs;

  HubsResource(final Hubs hubs) {
    this.hubs = hubs;
  }

  Answer list(final Request request) {
    return Lists.answer(
        request,
        "hubs",
        hubs.of(request.organisation()),
        hub -> hub.shown().toLowerCase(Locale.ROOT),
        (out, hub) -> {
          write(out, hub);
          out.objects(
              "policies",
              hubs.policies(hub),
              (one, policy) ->
                  one.text("name", policy.name()).texts("rights", words(policy.rights())));
        });
  }

  Answer show(final Request request) {
    return whole(request, 200, hub(request));
  }

  Answer make(final Request request) {
    request.need(Right.MANAGE);
    final var body = request.body("name", NAMESPACE, SANDBOX);
    final var name = body.value("name", HubName::new);
    final var namespace = folded(body.text(NAMESPACE).orElse(""));
    final boolean sandbox = body.flag(SANDBOX).orElse(false);
    final var asked = asked(request); // before anything is made
    final var hub = hubs.add(request.organisation(), namespace, name, sandbox, request.who());
    return whole(hub, 201, Optional.of(hubs.namespaces().endpoint(hub, asked)));
  }

  Answer patch(final Request request) {
    request.need(Right.MANAGE);
    var hub = hub(request);
    final var body = request.body(SANDBOX, TTL);
    final var sandbox = body.flag(SANDBOX);
    final var ttl = body.text(TTL).map(HubsResource::ttl);
    if (ttl.isPresent()) { // it can be refused
      hub = hubs.putRegistrationTtl(hub, ttl.get(), request.who());
    }
    if (sandbox.isPresent()) {
      hub = hubs.putSandbox(hub, sandbox.get(), request.who());
    }
    return whole(request, 200, hub);
  }

  /// Empty for registrations that never end.
  private static Optional<Duration> ttl(final String text) {
    return text.equals(NEVER) ? Optional.empty() : Optional.of(Times.duration(TTL, text));
  }

  /// `?registrations=remove` takes them along, for good; without it a hub that has some stays.
  Answer delete(final Request request) {
    request.need(Right.MANAGE);
    final var registrations = request.query("registrations");
    if (!registrations.isEmpty() && !registrations.equals("remove")) {
      throw Refusal.malformed("registrations", "can only be remove");
    }
    final var hub = hub(request);
    if (!registrations.isEmpty()) {
      hubs.remove(hub, request.who());
      return Answers.NO_CONTENT;
    }
    final long there = hubs.removeEmpty(hub, request.who());
    if (there > 0) {
      throw new Refusal(
              Reason.STILL_USED,
              there
                  + " registrations and installations; with ?registrations=remove"
                  + " (`--registrations`) they go too, and cannot be brought back")
          .with(out -> out.number("registrations", there));
    }
    return Answers.NO_CONTENT;
  }

  Answer putPolicy(final Request request) {
    request.need(Right.MANAGE);
    final var hub = hub(request);
    final var rights = EnumSet.noneOf(AccessRight.class);
    for (final var word : request.body("rights").texts("rights", AccessRight.values().length)) {
      rights.add(right(word));
    }
    final var endpoint = endpoint(request, hub);
    final boolean isNew = !hub.policies().containsKey(request.second());
    final var changed = hubs.putPolicy(hub, request.second(), rights, request.who());
    return Answers.json(
        isNew ? 201 : 200,
        out -> write(out, policy(changed, request.second()), Optional.of(endpoint)));
  }

  Answer deletePolicy(final Request request) {
    request.need(Right.MANAGE);
    final var _ = hubs.removePolicy(hub(request), request.second(), request.who());
    return Answers.NO_CONTENT;
  }

  /// The other key works on, so that callers can be moved to it before and back after.
  Answer rekey(final Request request) {
    request.need(Right.MANAGE);
    final var hub = hub(request);
    final var which = request.body("key").value("key", HubsResource::key);
    final var endpoint = endpoint(request, hub);
    hubs.rekey(hub, request.second(), which, request.who());
    return Answers.json(
        200, out -> write(out, policy(hub, request.second()), Optional.of(endpoint)));
  }

  // ---- reading --------------------------------------------------------------------------------

  /// The hub that path and query name, if it is this organisation's.
  private Hub hub(final Request request) {
    final var namespace = folded(request.query(NAMESPACE));
    return hubs.find(namespace, request.name())
        .filter(found -> found.organisation().equals(request.organisation()))
        .orElseThrow(() -> Refusal.notFound("hub", shown(namespace, request.name())));
  }

  private static String shown(final String namespace, final String hub) {
    return namespace.equals(Hub.DEFAULT_NAMESPACE) ? hub : namespace + "/" + hub;
  }

  private static String folded(final String namespace) {
    return namespace.isEmpty() ? Hub.DEFAULT_NAMESPACE : namespace.toLowerCase(Locale.ROOT);
  }

  private SharedAccessPolicy policy(final Hub hub, final String name) {
    return hubs.policies(hub).stream()
        .filter(policy -> policy.name().equals(name))
        .findFirst()
        .orElseThrow(() -> Refusal.notFound("policy", name));
  }

  private static AccessRight right(final String word) {
    return Arrays.stream(AccessRight.values())
        .filter(right -> word(right).equals(word))
        .findFirst()
        .orElseThrow(() -> Refusal.malformed("rights", "must be listen, send and manage"));
  }

  private static Hubs.Key key(final String word) {
    return switch (word) {
      case "primary" -> Hubs.Key.PRIMARY;
      case "secondary" -> Hubs.Key.SECONDARY;
      default -> throw new IllegalArgumentException("must be primary or secondary");
    };
  }

  /// Where a hub's callers are to come: where the request was made to, or its namespace's own host.
  private ServedEndpoint endpoint(final Request request, final Hub hub) {
    return hubs.namespaces().endpoint(hub, asked(request));
  }

  private static ServedEndpoint asked(final Request request) {
    try {
      return ServedEndpoint.of(request.exchange().host());
    } catch (final IllegalArgumentException _) {
      throw Refusal.malformed("Host", "must be a name or an address, perhaps with a port");
    }
  }

  // ---- writing --------------------------------------------------------------------------------

  private Answer whole(final Request request, final int status, final Hub hub) {
    return whole(
        hub,
        status,
        request.principal().may(Right.MANAGE)
            ? Optional.of(endpoint(request, hub))
            : Optional.empty());
  }

  private Answer whole(final Hub hub, final int status, final Optional<ServedEndpoint> endpoint) {
    final long registrations = hubs.registrations(hub);
    return Answers.json(
        status,
        out -> {
          write(out, hub);
          out.number("registrations", registrations)
              .objects(
                  "policies", hubs.policies(hub), (one, policy) -> write(one, policy, endpoint));
        });
  }

  private static void write(final JsonOut out, final Hub hub) {
    out.text("name", hub.name().value())
        .text(NAMESPACE, hub.namespace())
        .text("app", hub.app().value())
        .flag(SANDBOX, hub.sandbox())
        .moment("madeAt", hub.madeAt());
    hub.registrationTtl().ifPresent(ttl -> out.text(TTL, ttl.toString()));
  }

  private static void write(
      final JsonOut out, final SharedAccessPolicy policy, final Optional<ServedEndpoint> endpoint) {
    out.text("name", policy.name()).texts("rights", words(policy.rights()));
    endpoint.ifPresent(where ->
        out.text(PRIMARY, where.connection(policy.name(), policy.primary()))
            .text(SECONDARY, where.connection(policy.name(), policy.secondary())));
  }

  private static List<String> words(final Collection<AccessRight> rights) {
    return EnumSet.copyOf(Set.copyOf(rights)).stream().map(HubsResource::word).toList();
  }

  private static String word(final AccessRight right) {
    return right.word().toLowerCase(Locale.ROOT);
  }
}
