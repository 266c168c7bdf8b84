package dev.reveille.protocols.device;

import dev.reveille.model.AppId;
import dev.reveille.model.Installation;
import dev.reveille.model.InstallationId;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushService;
import dev.reveille.model.Reason;
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

/// Registers the push addresses of a device and decides who owns them. To know a token is not
/// enough to take it over: one that another installation holds moves only with that installation's
/// own device token, or after the device echoed a challenge that was pushed to it.
final class PushTokens {
  private final Registry registry;
  private final DeviceTokens deviceTokens;
  private final Challenges challenges;
  private final PushTokenReader reader;

  PushTokens(
      final Registry registry,
      final DeviceTokens deviceTokens,
      final Challenges challenges,
      final AddressUrls urls) {
    this.registry = registry;
    this.deviceTokens = deviceTokens;
    this.challenges = challenges;
    this.reader = new PushTokenReader(urls);
  }

  /// Reads `tokens` of a request.
  List<PushAddress> read(final JsonBody request, final AppId app, final Instant now) {
    return reader.all(request, app, now);
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
