package dev.reveille.protocols.notificationhubs;

import dev.reveille.model.Secret;
import dev.reveille.protocols.sas.SharedAccessPolicy;
import dev.reveille.routing.port.SealedSecrets;
import dev.reveille.routing.port.StoreException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Stores the two keys of each policy of a hub among the sealed secrets of its organisation. They
/// are removed with their hub, so that a later hub of that name has others.
///
/// Thread-safe; blocks on the disk.
final class PolicyKeys {
  private static final Logger LOG = LoggerFactory.getLogger(PolicyKeys.class);
  private static final String PURPOSE = "sas";
  private static final int BYTES = 32;

  /// Of a policy's name, in characters.
  static final int LONGEST_NAME = 64;

  private final SealedSecrets sealed;
  private final SecureRandom random = new SecureRandom();

  PolicyKeys(final SealedSecrets sealed) {
    this.sealed = sealed;
  }

  /// Whether a policy can have this name.
  static boolean isName(final String policy) {
    return !policy.isEmpty()
        && policy.length() <= LONGEST_NAME
        && policy.chars().allMatch(PolicyKeys::isOfName);
  }

  private static boolean isOfName(final int c) {
    return c < 0x80 && (Character.isLetterOrDigit(c) || c == '.' || c == '-' || c == '_');
  }

  private static SealedSecrets.Name secret(
      final Hub hub, final String policy, final Hubs.Key which) {
    return new SealedSecrets.Name(
        hub.organisation(), PURPOSE, String.join("/", hub.place(), policy, which.word()));
  }

  void make(final Hub hub, final String policy, final String who) {
    for (final var which : Hubs.Key.values()) {
      replace(hub, policy, which, who);
    }
  }

  /// Gives it one of them anew.
  void replace(final Hub hub, final String policy, final Hubs.Key which, final String who) {
    final byte[] bytes = new byte[BYTES];
    random.nextBytes(bytes);
    final var fresh = Secret.of(Base64.getEncoder().encodeToString(bytes));
    sealed.put(secret(hub, policy, which), fresh, who);
  }

  void remove(final Hub hub, final String policy, final String who) {
    for (final var which : Hubs.Key.values()) {
      final var _ = sealed.remove(secret(hub, policy, which), who);
    }
  }

  /// The policies of a hub by their names. One whose keys are not there was being made when the
  /// server stopped: no caller has them.
  List<SharedAccessPolicy> read(final Hub hub) {
    final var policies = new ArrayList<SharedAccessPolicy>();
    hub.policies()
        .forEach((name, rights) -> {
          final var primary = read(hub, name, Hubs.Key.PRIMARY);
          final var secondary = read(hub, name, Hubs.Key.SECONDARY);
          if (primary.isPresent() && secondary.isPresent()) {
            policies.add(new SharedAccessPolicy(name, primary.get(), secondary.get(), rights));
          }
        });
    policies.sort(Comparator.comparing(SharedAccessPolicy::name));
    return List.copyOf(policies);
  }

  /// Empty, too, for one that is there and cannot be read: it opens nothing, until it is made anew.
  private Optional<Secret> read(final Hub hub, final String policy, final Hubs.Key which) {
    try {
      return sealed.read(secret(hub, policy, which));
    } catch (final StoreException unreadable) {
      LOG.error(
          "the policy {} of the hub {} opens nothing: {} `reveille hubs rekey` makes it anew",
          policy,
          hub.shown(),
          unreadable.getMessage(),
          unreadable);
      return Optional.empty();
    }
  }
}
