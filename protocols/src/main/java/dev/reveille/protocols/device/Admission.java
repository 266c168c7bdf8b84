package dev.reveille.protocols.device;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.reveille.http.routes.TokenBucket;
import dev.reveille.http.routes.TokenBucket.Rate;
import dev.reveille.http.server.Exchange;
import dev.reveille.http.server.Subnet;
import dev.reveille.model.InstallationId;
import dev.reveille.model.Reason;
import dev.reveille.protocols.device.DeviceTokens.Phone;
import dev.reveille.protocols.json.Refusal;
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
  private final Cache<String, TokenBucket> registering = byAddress();
  private final Cache<String, TokenBucket> strangers = byAddress();
  private final Cache<InstallationId, TokenBucket> phones =
      Caffeine.newBuilder().maximumSize(200_000).expireAfterAccess(Duration.ofMinutes(2)).build();

  Admission(final DeviceTokens tokens, final Tickets tickets, final DeviceSettings settings) {
    this.tokens = tokens;
    this.tickets = tickets;
    this.settings = settings;
  }

  private static Cache<String, TokenBucket> byAddress() {
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
    final long wait = strange.waitFor(System.nanoTime());
    if (wait > 0) {
      throw tooMany(wait);
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
    final var phone = tokens.phone(holder.get().installation());
    if (!phone.user().equals(holder.get().user())) { // it was signed in as another user since
      throw new Refusal(Reason.TICKET_INVALID, "");
    }
    return counted(phone);
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
    limit(
        phones.get(
            phone.id(),
            _ -> new TokenBucket(Rate.perSecond(pace, (long) pace * BURST), System.nanoTime())));
    return phone;
  }

  private TokenBucket perAddress() {
    final int aMinute = settings.registrationsPerMinute();
    return new TokenBucket(Rate.perSecond(aMinute / 60.0, aMinute * 2L), System.nanoTime());
  }

  private static String address(final Exchange exchange) {
    return Subnet.of(exchange.peer().getAddress()).getHostAddress();
  }

  private static void limit(final TokenBucket bucket) {
    final long wait = bucket.take(1, System.nanoTime());
    if (wait > 0) {
      throw tooMany(wait);
    }
  }

  private static Refusal tooMany(final long waitNanos) {
    return new Refusal(Reason.RATE_LIMITED, "", Duration.ofNanos(waitNanos));
  }
}
