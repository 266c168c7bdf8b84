package dev.reveille.routing.port;

import dev.reveille.model.DomainName;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.Password;
import dev.reveille.model.Secret;
import dev.reveille.model.UserId;
import dev.reveille.routing.port.SettingsStore.By;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Users' passwords: a hash that takes long, to verify what a client sends in clear, and for each
/// SIP domain the digests with which SIP and HTTP Digest are verified (HA1, RFC 7616 section
/// 3.4.2). No password is kept, and hashes and digests are encrypted at rest by the master key,
/// bound to their user; none of them is in a log or in the audit log. A password goes with its
/// user.
///
/// Thread-safe. Every method may block: on the disk, and where a hash is computed, for one of the
/// [#AT_ONCE] places. Changes are durable when they return.
public interface UserPasswords {
  /// How many hashes are computed at once, each with 19 MiB of heap.
  int AT_ONCE = 2;

  /// How many wait for that; one more is refused.
  int WAITING = 64;

  /// What a digest is made with, by its name in RFC 7616.
  enum Algorithm {
    MD5("MD5"),
    SHA_256("SHA-256");

    private final String token;

    Algorithm(final String token) {
      this.token = token;
    }

    /// As a challenge names it, and as the JDK does.
    public String token() {
      return token;
    }
  }

  /// What a verification says.
  enum Verdict {
    RIGHT,
    /// Also when there is no such user or no password: that is told neither by the answer nor by
    /// its time.
    WRONG,
    /// Too many wait; to be tried again.
    BUSY
  }

  /// What is told of a password.
  ///
  /// @param since when it was set
  /// @param realms the domains that the organisation had then: for these there are digests
  record PasswordState(Instant since, List<DomainName> realms) {
    public PasswordState {
      realms = List.copyOf(realms);
    }
  }

  /// Sets a user's password in place of the former one, with digests for each domain that the
  /// organisation has now. The audit log says that it was set, by whom and from where.
  ///
  /// @return empty when there is no such user
  /// @throws Busy when too many hashes are computed already
  Optional<PasswordState> set(UserId user, Password password, By by);

  /// @return whether there was one
  boolean remove(UserId user, By by);

  Optional<PasswordState> state(UserId user);

  /// Whether it is the user's password. Takes as long for a user who has none. How often a peer may
  /// try is the caller's to bound.
  Verdict verify(UserId user, Password password);

  /// The HA1 of `name:realm:password` in lower case hexadecimal digits, where the name is the
  /// user's, exactly as it is spelled. It is as good as the password at this realm.
  ///
  /// @param realm exactly as the challenge has it: the canonical name of a domain that the
  ///   organisation has now and had when the password was set; empty for every other one
  Optional<Secret> ha1(UserId user, String realm, Algorithm algorithm);

  /// How many users have a password without digests for a domain, because it was added later.
  long without(OrganisationId organisation, DomainName domain);

  /// Thrown when too many hashes are computed already; to be tried again in a moment.
  final class Busy extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public Busy() {
      super("too many passwords are hashed at once", null, false, false);
    }
  }
}
