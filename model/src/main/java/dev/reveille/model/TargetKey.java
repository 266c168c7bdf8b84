package dev.reveille.model;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/// Names what a job is for: an installation, an address, a subscription or a partner. Stands on
/// disk beside the job's number, and is one word there: only this server makes keys, so that no
/// name of others can be taken for one.
///
/// | begins with | names |
/// |---|---|
/// | `i-` | an installation, by its id |
/// | `a-` | an address, by the hash of what identifies it |
/// | `w-` | a subscription |
/// | `p-` | a partner |
///
/// Behind the first two letters stand at most 64 letters of base64url. Whatever else is read from
/// disk is kept as it is, and is an installation.
public record TargetKey(String value) {
  private static final int LONGEST_NAME = 64;
  private static final int HASH_BYTES = 16;

  /// All targets of a job at once, where something waits for the whole of it.
  public static final TargetKey WHOLE = new TargetKey("a-ALL");

  public TargetKey {
    Text.identifier(value, "target");
  }

  /// The kinds of target that a key can name.
  public enum Kind {
    INSTALLATION,
    ADDRESS,
    SUBSCRIPTION,
    PARTNER
  }

  /// The kinds of identity that an address can have. The number goes into its hash: never changed
  /// and never given twice.
  public enum AddressKind {
    /// Its owner registered it and gave it an id.
    REGISTRATION(1),
    /// Nothing but the address itself.
    BARE(2);

    private final int number;

    AddressKind(final int number) {
      this.number = number;
    }

    public int number() {
      return number;
    }
  }

  /// An address that was registered with a hub.
  public static TargetKey ofRegistration(
      final OrganisationId organisation,
      final String hub,
      final PushService service,
      final String registration) {
    return hashed(
        AddressKind.REGISTRATION, organisation.value(), hub, service.word(), registration);
  }

  /// An address of an app of which nothing else is known.
  public static TargetKey ofAddress(
      final OrganisationId organisation,
      final AppId app,
      final PushService service,
      final String address) {
    return hashed(AddressKind.BARE, organisation.value(), app.value(), service.word(), address);
  }

  /// The first half of SHA-256 over the number of the kind and the texts, each behind its length:
  /// so they cannot run into each other.
  private static TargetKey hashed(final AddressKind kind, final String... texts) {
    try {
      final var hash = MessageDigest.getInstance("SHA-256");
      hash.update((byte) kind.number());
      for (final var text : texts) {
        final byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        hash.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
        hash.update(bytes);
      }
      final byte[] half = Arrays.copyOf(hash.digest(), HASH_BYTES);
      return new TargetKey("a-" + Base64.getUrlEncoder().withoutPadding().encodeToString(half));
    } catch (final NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  public Kind kind() {
    if (!hasForm()) {
      return Kind.INSTALLATION;
    }
    return switch (value.charAt(0)) {
      case 'a' -> Kind.ADDRESS;
      case 'w' -> Kind.SUBSCRIPTION;
      case 'p' -> Kind.PARTNER;
      default -> Kind.INSTALLATION;
    };
  }

  private boolean hasForm() {
    if (value.length() < 3 || value.length() > LONGEST_NAME + 2 || value.charAt(1) != '-') {
      return false;
    }
    for (int i = 2; i < value.length(); i++) {
      final char c = value.charAt(i);
      if (!(c >= 'a' && c <= 'z'
          || c >= 'A' && c <= 'Z'
          || c >= '0' && c <= '9'
          || c == '-'
          || c == '_')) {
        return false;
      }
    }
    return true;
  }

  /// The installation that it names; empty when it names something else.
  public Optional<InstallationId> installation() {
    return kind() == Kind.INSTALLATION ? Optional.of(new InstallationId(value)) : Optional.empty();
  }

  @Override
  public String toString() {
    return value;
  }
}
