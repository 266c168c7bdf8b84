package dev.reveille.protocols.device;

import dev.reveille.http.client.PublicUrl;
import dev.reveille.model.AppId;
import dev.reveille.model.HandleId;
import dev.reveille.model.Installation;
import dev.reveille.model.InstallationId;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushChannel;
import dev.reveille.model.PushScope;
import dev.reveille.model.PushService;
import dev.reveille.model.PushToken;
import dev.reveille.model.Reason;
import dev.reveille.model.SubscriptionKeys;
import dev.reveille.protocols.json.JsonBody;
import dev.reveille.protocols.json.Refusal;
import dev.reveille.routing.port.Registry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// Registers the push addresses of a device and decides who owns them. To know a token is not
/// enough to take it over: one that another installation holds moves only with that installation's
/// own device token, or after the device echoed a challenge that was pushed to it.
final class PushTokens {
  /// A device has few channels; a second token per channel appears only by mistake.
  static final int MOST = 8;

  /// What an element of `tokens` may have that names a push token.
  static final List<String> FIELDS =
      List.of("service", "channel", "token", "sandbox", "topic", "project", "p256dh", "auth");

  private static final String HANDLE = "handle";
  private static final String CLEARING_HOUSE = "clearingHouse";

  /// What an element may have beside service and channel that names a handle.
  private static final List<String> OF_HANDLES = List.of(HANDLE, CLEARING_HOUSE);

  private final Registry registry;
  private final DeviceTokens deviceTokens;
  private final Challenges challenges;
  private final AddressUrls urls;

  PushTokens(
      final Registry registry,
      final DeviceTokens deviceTokens,
      final Challenges challenges,
      final AddressUrls urls) {
    this.urls = urls;
    this.registry = registry;
    this.deviceTokens = deviceTokens;
    this.challenges = challenges;
  }

  /// Reads `tokens` of a request.
  List<PushAddress> read(final JsonBody request, final AppId app, final Instant now) {
    final var addresses = new ArrayList<PushAddress>();
    final var seen = new HashSet<String>();
    for (final var token :
        request.objects(
            "tokens",
            MOST,
            Stream.concat(FIELDS.stream(), OF_HANDLES.stream()).toArray(String[]::new))) {
      final var address = token.has(HANDLE) ? handle(token, app, now) : address(token, app, now);
      if (!seen.add(address.service() + " " + address.channel())) {
        throw token.wrong("channel", "must be given once per service");
      }
      addresses.add(address);
    }
    return addresses;
  }

  /// The address that an element of `tokens` names by its token.
  ///
  /// @param token with no other fields than [#FIELDS], or with those of handles too
  PushAddress.Direct address(final JsonBody token, final AppId app, final Instant now) {
    if (token.has(CLEARING_HOUSE)) {
      throw token.wrong(CLEARING_HOUSE, "is for a " + HANDLE + ", and there is none");
    }
    final var service = service(token);
    final var address = address(service, channel(token), app, token, now);
    if (service == PushService.WEB_PUSH) {
      return address.withKeys(keys(token));
    }
    withoutKeys(token, service);
    return address;
  }

  /// The address that a clearing house knows by a handle. What the token was given out for is known
  /// there.
  private static PushAddress.Direct handle(
      final JsonBody token, final AppId app, final Instant now) {
    for (final var name : FIELDS) {
      if (token.has(name) && !name.equals("service") && !name.equals("channel")) {
        throw token.wrong(name, "stays at the clearing house, beneath the " + HANDLE);
      }
    }
    return new PushAddress.Direct(
            service(token),
            channel(token),
            app,
            /* sandbox= */ false,
            token.value(HANDLE, text -> new PushToken(new HandleId(text).value())),
            now)
        .withScope(token.value(CLEARING_HOUSE, PushScope::clearingHouse));
  }

  private PushAddress.Direct address(
      final PushService service,
      final PushChannel channel,
      final AppId app,
      final JsonBody token,
      final Instant now) {
    final boolean sandbox = token.flag("sandbox").orElse(false);
    if (service.hasUrls()) {
      final var url = url(service, token);
      // as it was judged, so that two spellings of one place are one address
      final var spelled = new PushToken(url.origin() + url.path());
      return new PushAddress.Direct(service, channel, app, sandbox, spelled, now)
          .withScope(url.origin());
    }
    return new PushAddress.Direct(
            service,
            channel,
            app,
            sandbox,
            token.value("token", text -> PushToken.of(service, text)),
            now)
        .withScope(scope(service, token));
  }

  /// What a browser's `PushSubscription` has beside its endpoint.
  private static SubscriptionKeys keys(final JsonBody token) {
    final var p256dh = token.required("p256dh");
    final var auth = token.required("auth");
    try {
      return SubscriptionKeys.of(p256dh, auth);
    } catch (final IllegalArgumentException wrong) {
      final var words = String.valueOf(wrong.getMessage());
      final int colon = words.indexOf(": ");
      throw token.wrong(words.substring(0, colon), words.substring(colon + 2));
    }
  }

  private static void withoutKeys(final JsonBody token, final PushService service) {
    for (final var name : List.of("p256dh", "auth")) {
      if (token.has(name)) {
        throw token.wrong(name, "is known to webpush only, not to " + service.word());
      }
    }
  }

  /// The topic of Apple's tokens, the project of Google's; "" for the app's own.
  private static String scope(final PushService service, final JsonBody token) {
    final var field = PushScope.field(service);
    final var other = field.equals("topic") ? "project" : "topic";
    if (token.has(other)) {
      throw token.wrong(other, "is not known to " + service.word());
    }
    return token.maybe(field, text -> PushScope.of(service, text)).orElse("");
  }

  private PublicUrl url(final PushService service, final JsonBody token) {
    for (final var name : List.of("topic", "project")) {
      if (token.has(name)) {
        throw token.wrong(name, "is not known to " + service.word());
      }
    }
    try {
      return urls.judged(service, token.required("token").strip());
    } catch (final PublicUrl.Refused refused) {
      throw new Refusal(Reason.ADDRESS_FORBIDDEN, "token: " + refused.getMessage());
    }
  }

  private static PushService service(final JsonBody token) {
    final var word = token.required("service");
    for (final var service : PushService.values()) {
      if (service.word().equals(word) && service != PushService.HUB) {
        return service;
      }
    }
    throw token.wrong("service", "must be apns, fcm, wns, mpns or webpush");
  }

  private static PushChannel channel(final JsonBody token) {
    final var word = token.required("channel");
    for (final var channel : PushChannel.values()) {
      if (channel.word().equals(word)) {
        return channel;
      }
    }
    throw token.wrong("channel", "must be voip, message or single");
  }

  /// Makes sure that no other installation holds these addresses, or that their holder was proven.
  ///
  /// @param proven the installation whose tokens may move, if it was proven
  /// @param yields which handles of a linked hub yield without a proof
  /// @throws Refusal when one is taken
  List<InstallationId> holdersThatYield(
      final InstallationId self,
      final List<PushAddress> addresses,
      final Optional<InstallationId> proven,
      final Predicate<PushAddress.Direct> yields) {
    final var yielding = new ArrayList<InstallationId>();
    final var own = registry.installation(self).map(Installation::addresses).orElse(List.of());
    for (final var address : addresses) {
      final var holder = holder(address);
      final boolean isHeld = own.stream().anyMatch(each -> each.hasTokenOf(address));
      if (!isHeld && holder.isPresent() && !holder.get().equals(self)) {
        if (!holder.equals(proven) && !yields(holder.get(), address, yields)) {
          throw taken(address);
        }
        yielding.add(holder.get());
      }
    }
    return yielding;
  }

  private boolean yields(
      final InstallationId holder,
      final PushAddress wanted,
      final Predicate<PushAddress.Direct> yields) {
    final var held =
        registry.installation(holder).map(Installation::addresses).orElse(List.of()).stream()
            .filter(each -> each.hasTokenOf(wanted))
            .toList();
    return held.stream()
        .allMatch(each ->
            switch (each) {
              case PushAddress.Direct direct ->
                  direct.service() == PushService.HUB && yields.test(direct);
            });
  }

  private Optional<InstallationId> holder(final PushAddress address) {
    return switch (address) {
      case PushAddress.Direct direct -> registry.holder(direct.service(), direct.token());
    };
  }

  /// Whose tokens a request may take: `proof` is the device token of the installation that holds
  /// them, `echo` the word of a challenge.
  Optional<InstallationId> proven(final InstallationId self, final JsonBody request) {
    final var proof = request.text("proof").orElse("");
    final var echo = request.text("echo").orElse("");
    return echo.isEmpty()
        ? Optional.of(proof).filter(text -> !text.isEmpty()).flatMap(deviceTokens::holder)
        : challenges.holderProvenBy(self, echo);
  }

  /// Pushes a challenge to the installation that holds one of these tokens. Answers whether that
  /// was needed.
  boolean challenge(final InstallationId self, final List<PushAddress> addresses) {
    for (final var address : addresses) {
      final var holder =
          holder(address).filter(it -> !it.equals(self)).flatMap(registry::installation);
      if (holder.isPresent()) {
        challenges.push(self, holder.get());
        return true;
      }
    }
    return false;
  }

  private static Refusal taken(final PushAddress address) {
    return new Refusal(
        Reason.TOKEN_TAKEN,
        "the token for " + address.service().word() + ", channel " + address.channel().word());
  }

  /// Takes the addresses away from those that yielded them.
  void release(
      final List<InstallationId> holders, final List<PushAddress> addresses, final String who) {
    for (final var holder : new HashSet<>(holders)) {
      final var _ = registry.changeInstallation(holder, it -> it.without(addresses), who);
    }
  }

  /// Replaces addresses of an installation. One that signs out or is removed at the same moment
  /// stays so, and gets none; then those that yielded theirs keep them.
  ///
  /// @param replaced which of those that it has go
  /// @throws Refusal when one is taken
  void set(
      final InstallationId id,
      final Predicate<PushAddress> replaced,
      final List<PushAddress> addresses,
      final Optional<InstallationId> proven) {
    final var yielding = new HashSet<>(holdersThatYield(id, addresses, proven, _ -> false));
    final var kept =
        unlessTaken(
            () -> registry.takeAddresses(id, replaced, addresses, yielding, Registry.device(id)));
    if (kept.isEmpty()) {
      throw new Refusal(Reason.DEVICE_UNKNOWN, "");
    }
  }

  /// Keeps an installation; another one may have taken a token since it was looked at.
  void keep(final Installation installation, final String who) {
    final var _ =
        unlessTaken(() -> {
          registry.keepInstallation(installation, who);
          return installation;
        });
  }

  /// The refusal does not say which installation holds the token.
  private static <T> T unlessTaken(final Supplier<T> change) {
    try {
      return change.get();
    } catch (Registry.Taken e) {
      throw new Refusal(Reason.TOKEN_TAKEN, "");
    }
  }
}
