package dev.reveille.protocols.device;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.reveille.live.http.Exchange;
import dev.reveille.model.InstallationId;
import dev.reveille.model.Reason;
import dev.reveille.protocols.device.DeviceTokens.Phone;
import java.time.Duration;
import java.util.Optional;

/// Who asks, and how often: the check before every request.
///
/// Strangers are counted per address, phones per installation. An address that showed too many
/// wrong tokens is not looked up in the store any more until its pace has come down; phones behind
/// it whose token is in memory go on undisturbed. Thread-safe.
final class Admission {
  private static final int BURST = 5;

  private final DeviceTokens tokens;
  private final Tickets tickets;
  private final DeviceSettings settings;
  private final Cache<String, Rate> registering = byAddress();
  private final Cache<String, Rate> strangers = byAddress();
  private final Cache<InstallationId, Rate> phones =
      Caffeine.newBuilder().maximumSize(200_000).expireAfterAccess(Duration.ofMinutes(2)).build();

  Admission(final DeviceTokens tokens, final Tickets tickets, final DeviceSettings settings) {
    this.tokens = tokens;
    this.tickets = tickets;
    this.settings = settings;
  }

  private static Cache<String, Rate> byAddress() {
    return Caffeine.newBuilder()
        .maximumSize(100_000)
        .expireAfterAccess(Duration.ofMinutes(10))
        .build();
  }

  /// The phone whose device token the request carries.
  ///
  /// @throws Refusal when it has none, or asks too often
  Phone phone(final Exchange exchange) {
    final var token = token(exchange);
    final var known = tokens.remembered(token);
    if (known.isPresent()) {
      return counted(known.get());
    }
    final var strange = strangers.get(address(exchange), _ -> perAddress());
    if (!strange.has(1, System.nanoTime())) {
      throw tooMany();
    }
    try {
      return counted(tokens.phone(token));
    } catch (Refusal unknown) {
      if (unknown.why() == Reason.DEVICE_UNKNOWN) {
        limit(strange);
      }
      throw unknown;
    }
  }

  /// The same without reading the disk: empty when memory does not know the phone.
  ///
  /// @throws Refusal when the request has no token, or the phone asks too often
  Optional<Phone> phoneAtHand(final Exchange exchange) {
    return tokens.atHand(token(exchange)).map(this::counted);
  }

  /// The same for a live channel, which may be opened with a ticket in its address too.
  Phone phoneForLive(final Exchange exchange) {
    final var ticket = exchange.query("ticket");
    if (ticket.isEmpty() || exchange.header("authorization").isPresent()) {
      return phone(exchange);
    }
    final var holder = tickets.take(ticket.get());
    if (holder.isEmpty()) {
      limit(strangers.get(address(exchange), _ -> perAddress()));
      throw new Refusal(Reason.TICKET_INVALID, "");
    }
    return counted(tokens.phone(holder.get()));
  }

  static String token(final Exchange exchange) {
    final var given = exchange.header("authorization").orElse("");
    if (!given.regionMatches(true, 0, "Bearer ", 0, 7)) {
      throw new Refusal(Reason.DEVICE_UNKNOWN, "send `Authorization: Bearer DEVICE-TOKEN`");
    }
    return given.substring(7).strip();
  }

  /// Counts a registration.
  ///
  /// @throws Refusal when there were too many from this address
  void registers(final Exchange exchange) {
    limit(registering.get(address(exchange), _ -> perAddress()));
  }

  private Phone counted(final Phone phone) {
    final int pace = settings.requestsPerSecond();
    limit(phones.get(phone.id(), _ -> new Rate(pace, pace * BURST, System.nanoTime())));
    return phone;
  }

  private Rate perAddress() {
    return new Rate(
        settings.registrationsPerMinute() / 60.0,
        settings.registrationsPerMinute() * 2,
        System.nanoTime());
  }

  private static String address(final Exchange exchange) {
    return exchange.peer().getAddress().getHostAddress();
  }

  private static void limit(final Rate rate) {
    if (!rate.take(1, System.nanoTime())) {
      throw tooMany();
    }
  }

  private static Refusal tooMany() {
    return new Refusal(Reason.RATE_LIMITED, "", Duration.ofSeconds(1));
  }
}
