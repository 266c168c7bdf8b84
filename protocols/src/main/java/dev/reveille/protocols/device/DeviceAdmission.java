package dev.reveille.protocols.device;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.reveille.http.routes.TokenBucket;
import dev.reveille.http.routes.TokenBucket.Rate;
import dev.reveille.http.server.BodyHead;
import dev.reveille.http.server.BodyOwner;
import dev.reveille.http.server.Exchange;
import dev.reveille.http.server.Subnet;
import dev.reveille.model.InstallationId;
import dev.reveille.model.Reason;
import dev.reveille.protocols.answers.Answers;
import dev.reveille.protocols.device.DeviceTokens.Phone;
import dev.reveille.protocols.json.Refusal;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The check before every request: authenticates the phone and limits its rate.
///
/// Strangers are counted per address, phones per installation. Tokens from an address that showed
/// too many wrong ones are looked up in the store with a budget over all such addresses until its
/// pace has come down, because phones with valid ones may be behind it too. Thread-safe.
final class DeviceAdmission {
  private static final int BURST = 5;
  private static final int BYTES_OF_A_REQUEST = 64 * 1024;
  private static final int LOOK_UPS_OF_GUESSERS = 1_000;

  private final DeviceTokens tokens;
  private final Tickets tickets;
  private final DeviceSettings settings;
  private final Cache<String, TokenBucket> registering = byAddress();
  private final Cache<String, TokenBucket> strangers = byAddress();

  /// Tokens looked up a second for all addresses together that showed too many wrong ones.
  private final TokenBucket lookUpsOfGuessers =
      new TokenBucket(
          Rate.perSecond(LOOK_UPS_OF_GUESSERS, LOOK_UPS_OF_GUESSERS), System.nanoTime());

  private final Cache<InstallationId, TokenBucket> phones =
      Caffeine.newBuilder().maximumSize(200_000).expireAfterAccess(Duration.ofMinutes(2)).build();

  DeviceAdmission(final DeviceTokens tokens, final Tickets tickets, final DeviceSettings settings) {
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
    return counted(exchange, known.isPresent() ? known.get() : lookUp(token, exchange.peer()));
  }

  /// The phone of a token that memory does not know, without counting a request of it.
  ///
  /// @throws Refusal when there is none, or its address asks too often
  private Phone lookUp(final String token, final InetSocketAddress peer) {
    final var strange = strangers.get(address(peer), _ -> perAddress());
    final long wait = strange.waitFor(System.nanoTime());
    if (wait > 0 && !DeviceTokens.isWellFormed(token)) {
      throw tooMany(wait);
    }
    if (wait > 0) {
      limit(lookUpsOfGuessers);
    }
    try {
      return tokens.phone(token);
    } catch (Refusal unknown) {
      if (unknown.why() == Reason.DEVICE_UNKNOWN) {
        limit(strange);
      }
      throw unknown;
    }
  }

  /// The phone that sends a body, if memory knows it; null when it has to be looked up.
  @Nullable BodyOwner bodyOwner(final BodyHead head) {
    try {
      final var token = token(head.authorization());
      return DeviceTokens.isWellFormed(token)
          ? tokens.atHand(token).map(BodyOwner.Pays::new).orElse(null)
          : lookUp(head);
    } catch (Refusal none) {
      return new BodyOwner.Refused(Answers.problem(none));
    }
  }

  /// The same from the store.
  BodyOwner lookUp(final BodyHead head) {
    try {
      return new BodyOwner.Pays(lookUp(token(head.authorization()), head.client()));
    } catch (Refusal refusal) {
      return new BodyOwner.Refused(Answers.problem(refusal));
    }
  }

  /// The same without reading the disk: empty when memory does not know the phone.
  ///
  /// @throws Refusal when the request has no token, or the phone asks too often
  Optional<Phone> phoneAtHand(final Exchange exchange) {
    return tokens.atHand(token(exchange)).map(phone -> counted(exchange, phone));
  }

  /// The same for a live channel, which may be opened with a ticket in its address too.
  Phone phoneForLive(final Exchange exchange) {
    final var ticket = exchange.query("ticket");
    if (ticket.isEmpty() || exchange.header("authorization").isPresent()) {
      return phone(exchange);
    }
    final var holder = tickets.take(ticket.get());
    if (holder.isEmpty()) {
      limit(strangers.get(address(exchange.peer()), _ -> perAddress()));
      throw new Refusal(Reason.TICKET_INVALID, "");
    }
    final var phone = tokens.phone(holder.get().installation());
    if (!phone.user().equals(holder.get().user())) { // it was signed in as another user since
      throw new Refusal(Reason.TICKET_INVALID, "");
    }
    return counted(exchange, phone);
  }

  static String token(final Exchange exchange) {
    return token(exchange.header("authorization").orElse(""));
  }

  private static String token(final String authorization) {
    if (!authorization.regionMatches(true, 0, "Bearer ", 0, 7)) {
      throw new Refusal(Reason.DEVICE_UNKNOWN, "send `Authorization: Bearer DEVICE-TOKEN`");
    }
    return authorization.substring(7).strip();
  }

  /// Counts a registration.
  ///
  /// @throws Refusal when there were too many from this address
  void registers(final Exchange exchange) {
    limit(registering.get(address(exchange.peer()), _ -> perAddress()));
  }

  private Phone counted(final Exchange exchange, final Phone phone) {
    limit(bucket(phone));
    exchange.chargeTo(phone);
    return phone;
  }

  private TokenBucket bucket(final Phone phone) {
    final int pace = settings.requestsPerSecond();
    return phones.get(
        phone.id(),
        _ -> new TokenBucket(Rate.perSecond(pace, (long) pace * BURST), System.nanoTime()));
  }

  /// Counts what was read for a phone: so many bytes are worth a request each.
  void hasRead(final Phone phone, final int bytes) {
    bucket(phone).owe(bytes / BYTES_OF_A_REQUEST, System.nanoTime());
  }

  private TokenBucket perAddress() {
    final int aMinute = settings.registrationsPerMinute();
    return new TokenBucket(Rate.perSecond(aMinute / 60.0, aMinute * 2L), System.nanoTime());
  }

  private static String address(final InetSocketAddress peer) {
    return Subnet.of(peer.getAddress()).getHostAddress();
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
