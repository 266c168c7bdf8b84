package dev.reveille.protocols.notificationhubs;

import dev.reveille.model.AppId;
import dev.reveille.model.HubName;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.Send;
import dev.reveille.protocols.sas.AccessRight;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// A notification hub: a set of registrations with policies that say who may do what with them. Its
/// push credentials are those of an app of its own, [#app].
///
/// What stands on disk and may outlive it names it by its name and its number: no other hub ever
/// has both, so that what waits of a removed hub never goes by the credentials of a later one.
///
/// @param namespace in lower case
/// @param number 1 for the first hub of this name on the server, and one more for each that was
///   made after another one of the name was removed
/// @param policies the rights of each policy, by its name
/// @param sandbox whether its iPhones' tokens belong to Apple's sandbox
/// @param registrationTtl how long a registration lives that is not written again; empty for ever
public record Hub(
    OrganisationId organisation,
    String namespace,
    HubName name,
    long number,
    Map<String, Set<AccessRight>> policies,
    boolean sandbox,
    Optional<Duration> registrationTtl,
    Instant madeAt) {
  /// The namespace that answers under every name of the server.
  public static final String DEFAULT_NAMESPACE = "default";

  /// So the apps of hubs begin, and no others.
  public static final String APPS = "hub.";

  /// Between name and number: stands in no name.
  private static final char NUMBERED = '~';

  public Hub {
    policies = Map.copyOf(policies);
  }

  /// Its name and number; the first hub of a name goes by the name alone.
  private String id() {
    return number == 1 ? name.folded() : name.folded() + NUMBERED + number;
  }

  /// The name that it shares with those that were there before it.
  String place() {
    return namespace + "/" + name.folded();
  }

  /// Names it on disk, in the store of registrations and in audiences.
  public String key() {
    return organisation + "/" + namespace + "/" + id();
  }

  /// The app whose credentials it sends with.
  public AppId app() {
    return new AppId(APPS + namespace + "." + id());
  }

  /// The source of its sends.
  public String source() {
    return Send.HUBS + namespace + "/" + id();
  }

  /// When what is registered now ends by itself; empty for never.
  Optional<Instant> expires(final Instant now) {
    return registrationTtl.map(now::plus);
  }

  /// How people name it: with its namespace, unless that is the default one.
  public String shown() {
    return namespace.equals(DEFAULT_NAMESPACE) ? name.value() : namespace + "/" + name;
  }

  /// How the command line names it: the argument HUB, with the option that says its namespace.
  public String argument() {
    return namespace.equals(DEFAULT_NAMESPACE)
        ? name.value()
        : name.value() + " --namespace " + namespace;
  }

  Hub withNumber(final long other) {
    return with(other, policies, sandbox, registrationTtl);
  }

  Hub withPolicies(final Map<String, Set<AccessRight>> others) {
    return with(number, others, sandbox, registrationTtl);
  }

  Hub withSandbox(final boolean other) {
    return with(number, policies, other, registrationTtl);
  }

  Hub withRegistrationTtl(final Optional<Duration> other) {
    return with(number, policies, sandbox, other);
  }

  private Hub with(
      final long numbered,
      final Map<String, Set<AccessRight>> rights,
      final boolean atSandbox,
      final Optional<Duration> ttl) {
    return new Hub(organisation, namespace, name, numbered, rights, atSandbox, ttl, madeAt);
  }
}
