package dev.reveille.protocols.notificationhubs;

import dev.reveille.model.AppId;
import dev.reveille.model.HubName;
import dev.reveille.model.OrganisationId;
import dev.reveille.protocols.sas.AccessRight;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// A notification hub: a set of registrations with policies that say who may do what with them. Its
/// push credentials are those of an app of its own, [#app].
///
/// @param namespace in small letters
/// @param policies the rights of each policy, by its name
/// @param sandbox whether its iPhones' tokens belong to Apple's sandbox
/// @param registrationTtl how long a registration lives that is not written again; empty for ever
public record Hub(
    OrganisationId organisation,
    String namespace,
    HubName name,
    Map<String, Set<AccessRight>> policies,
    boolean sandbox,
    Optional<Duration> registrationTtl,
    Instant madeAt) {
  /// The namespace that answers under every name of the server.
  public static final String DEFAULT_NAMESPACE = "default";

  /// So the apps of hubs begin, and no others.
  public static final String APPS = "hub.";

  public Hub {
    policies = Map.copyOf(policies);
  }

  /// Names it on disk, in the store of registrations and in audiences.
  public String key() {
    return organisation + "/" + namespace + "/" + name.folded();
  }

  /// The app whose credentials it sends with.
  public AppId app() {
    return new AppId(APPS + namespace + "." + name.folded());
  }

  /// The source of its sends.
  public String source() {
    return "reveille:hub:" + namespace + "/" + name.folded();
  }

  /// How people name it: with its namespace, unless that is the default one.
  public String shown() {
    return namespace.equals(DEFAULT_NAMESPACE) ? name.value() : namespace + "/" + name;
  }

  Hub withPolicies(final Map<String, Set<AccessRight>> others) {
    return new Hub(organisation, namespace, name, others, sandbox, registrationTtl, madeAt);
  }

  Hub withSandbox(final boolean other) {
    return new Hub(organisation, namespace, name, policies, other, registrationTtl, madeAt);
  }

  Hub withRegistrationTtl(final Optional<Duration> other) {
    return new Hub(organisation, namespace, name, policies, sandbox, other, madeAt);
  }
}
