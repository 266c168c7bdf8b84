package dev.reveille.protocols.device;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.reveille.http.server.BudgetOwner;
import dev.reveille.model.Installation;
import dev.reveille.model.InstallationId;
import dev.reveille.model.Reason;
import dev.reveille.model.UserId;
import dev.reveille.protocols.json.Refusal;
import dev.reveille.routing.port.Registry;
import dev.reveille.routing.port.SecretStore;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/// Finds the installation and user that a device token belongs to. A token is 256 random bits; only
/// its SHA-256 is kept.
///
/// A rotation gives a new token while the one before stays valid until the new one was used, so
/// that a lost answer locks no device out. Answers are remembered in memory for tokens that are the
/// newest of their installation; the installation itself is dropped from memory when it changes, so
/// a sign-out or a removal counts at once.
///
/// Thread-safe; a miss reads the disk.
final class DeviceTokens {
  private static final String PREFIX = "rd_";
  private static final int LONGEST = 100;
  private static final int MOST = 500_000;

  /// A signed-in installation and the user it speaks for.
  record Phone(Installation installation, UserId user) implements BudgetOwner {
    InstallationId id() {
      return installation.id();
    }

    @Override
    public String budgetOwner() {
      return id().value();
    }

    @Override
    public String budgetOrganisation() {
      return user.organisation().value();
    }
  }

  private final SecretStore secrets;
  private final Registry registry;
  private final InstantSource clock;
  private final SecureRandom random = new SecureRandom();
  private final Cache<ByteBuffer, InstallationId> newest =
      Caffeine.newBuilder().maximumSize(MOST).build();
  private final Cache<InstallationId, Installation> installations =
      Caffeine.newBuilder().maximumSize(MOST).build();
  private final AtomicLong changes = new AtomicLong();
  private final AtomicLong replaced = new AtomicLong();

  DeviceTokens(final SecretStore secrets, final Registry registry, final InstantSource clock) {
    this.secrets = secrets;
    this.registry = registry;
    this.clock = clock;
    registry.onChange(change -> {
      if (change instanceof Registry.Change.InstallationChanged(var id, _)) {
        changes.incrementAndGet();
        installations.invalidate(id);
      }
    });
  }

  /// Makes a token for an installation and answers it: it is shown only here.
  String issue(final InstallationId installation) {
    final var token = random();
    secrets.keepDeviceToken(installation, sha256(token), clock.instant());
    replaced.incrementAndGet();
    return token;
  }

  private String random() {
    final var bytes = new byte[32];
    random.nextBytes(bytes);
    return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /// The same, for an installation that has one: the former stays valid until this one was used.
  String rotate(final InstallationId installation, final String former) {
    final var token = random();
    final var used = sha256(former);
    secrets.rotateDeviceToken(installation, sha256(token), used, clock.instant());
    replaced.incrementAndGet();
    newest.invalidate(ByteBuffer.wrap(used)); // from now on the store is asked about it
    return token;
  }

  void revoke(final InstallationId installation, final String token) {
    secrets.revokeDeviceTokens(installation);
    replaced.incrementAndGet();
    newest.invalidate(ByteBuffer.wrap(sha256(token)));
  }

  /// Whether the installation is signed in as this user. May read the disk.
  boolean isSignedIn(final InstallationId id, final UserId user) {
    return installation(id).filter(it -> it.users().contains(user)).isPresent();
  }

  /// Whether memory knows that it is. Says nothing otherwise; never reads the disk.
  boolean isKnownAs(final InstallationId id, final UserId user) {
    final var known = installations.getIfPresent(id);
    return known != null && known.users().contains(user);
  }

  /// Finds the phone to which a token belongs.
  ///
  /// @throws Refusal when it belongs to none, or to one that signed out
  Phone phone(final String token) {
    return phone(holder(token));
  }

  /// The phone as it is now.
  ///
  /// @throws Refusal when it signed out or was removed
  Phone phone(final InstallationId id) {
    return phone(Optional.of(id));
  }

  /// The phone to which a token belongs, if memory knows both and it is signed in. Never reads the
  /// disk, and says nothing about whether there is one.
  Optional<Phone> atHand(final String token) {
    final var id = newest.getIfPresent(ByteBuffer.wrap(sha256(token)));
    final var installation = id == null ? null : installations.getIfPresent(id);
    return installation == null || installation.users().isEmpty()
        ? Optional.empty()
        : Optional.of(new Phone(installation, installation.users().getFirst()));
  }

  /// The same as [#phone(String)] for a token that is known without reading the disk.
  Optional<Phone> remembered(final String token) {
    final var known = newest.getIfPresent(ByteBuffer.wrap(sha256(token)));
    return known == null ? Optional.empty() : Optional.of(phone(known));
  }

  private Phone phone(final Optional<InstallationId> id) {
    final var installation = id.flatMap(this::installation);
    if (installation.isEmpty() || installation.get().users().isEmpty()) {
      throw new Refusal(Reason.DEVICE_UNKNOWN, "");
    }
    return new Phone(installation.get(), installation.get().users().getFirst());
  }

  /// Whether a text has the form of a token, so that it is worth a look-up.
  static boolean isWellFormed(final String token) {
    return token.startsWith(PREFIX) && token.length() <= LONGEST;
  }

  /// Whose token this is, signed in or not.
  Optional<InstallationId> holder(final String token) {
    if (!isWellFormed(token)) {
      return Optional.empty();
    }
    final var key = ByteBuffer.wrap(sha256(token));
    final var known = newest.getIfPresent(key);
    if (known != null) {
      return Optional.of(known);
    }
    final long before = replaced.get();
    final var kept = secrets.deviceToken(key.array());
    kept.ifPresent(found -> {
      if (found.current()) {
        secrets.confirmDeviceToken(found.installation(), key.array());
        newest.put(key, found.installation());
        if (replaced.get() != before) { // it may have been replaced since it was read
          newest.invalidate(key);
        }
      }
    });
    return kept.map(SecretStore.DeviceToken::installation);
  }

  Optional<Installation> installation(final InstallationId id) {
    final var known = installations.getIfPresent(id);
    if (known != null) {
      return Optional.of(known);
    }
    final long before = changes.get();
    final var found = registry.installation(id);
    if (found.isPresent()
        && changes.get() == before) { // else it may be older than the change that dropped it
      installations.put(id, found.get());
      if (changes.get() != before) { // the change may have come in between
        installations.invalidate(id);
      }
    }
    return found;
  }

  static byte[] sha256(final String secret) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
