package dev.reveille.routing.port;

import dev.reveille.model.DomainName;
import dev.reveille.model.NetbiosName;
import dev.reveille.model.OrganisationId;
import dev.reveille.routing.port.SettingsStore.By;
import dev.reveille.routing.port.SettingsStore.Stale;
import java.util.List;
import java.util.Optional;

/// The SIP and mail domains of organisations and their NetBIOS names (`DOMAIN\name`). Each leads to
/// one organisation of the server. They go with their organisation.
///
/// Thread-safe. Changes block on the disk, are durable when they return, and stand in the audit log
/// of the organisation with the old and the new value. The look-ups ([#organisationOf],
/// [#organisationOfNetbios], [#domainsOf]) answer from memory, but for the first one, which reads
/// the disk; a change that has returned is seen by each later look-up.
public interface OrganisationDomains {
  /// How many an organisation can have.
  int MOST = 200;

  /// Instead of a version: whichever there is.
  long ANY_VERSION = -1;

  /// A domain of an organisation.
  ///
  /// @param version grows with each change; never one that the organisation's settings or domains
  ///   had before
  record Domain(
      OrganisationId organisation, DomainName name, Optional<NetbiosName> netbios, long version) {}

  /// Adds a domain, or changes its NetBIOS name.
  ///
  /// @param netbios empty for none
  /// @param expected the version that was read, 0 for a new one, [#ANY_VERSION]
  /// @return what is there now
  /// @throws Taken when the domain or the NetBIOS name leads to an organisation already
  /// @throws Stale when the version is another one
  /// @throws Full when it would be one more than [#MOST]
  /// @throws Registry.Taken when the organisation was removed
  Domain put(
      OrganisationId organisation,
      DomainName name,
      Optional<NetbiosName> netbios,
      long expected,
      By by);

  /// @return whether the organisation had it
  boolean remove(OrganisationId organisation, DomainName name, By by);

  /// A domain of this organisation; empty for those of others.
  Optional<Domain> find(OrganisationId organisation, DomainName name);

  /// Those of an organisation, in the order of their names.
  List<Domain> all(OrganisationId organisation);

  /// Whose domain it is, however it is written.
  Optional<OrganisationId> organisationOf(String domain);

  /// Whose NetBIOS name it is, in any case.
  Optional<OrganisationId> organisationOfNetbios(String name);

  /// The names of an organisation's domains, in their order.
  List<DomainName> domainsOf(OrganisationId organisation);

  /// @param listener told after each change, when the look-ups see it; must not block
  void onChange(Runnable listener);

  /// Thrown when a domain or a NetBIOS name is in use. Its message does not say whose it is.
  final class Taken extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Domain holder;

    /// @param what is in use, in words
    public Taken(final String what, final Domain holder) {
      super(what, null, false, false);
      this.holder = holder;
    }

    /// The domain that has it; for those alone who may know.
    public Domain holder() {
      return holder;
    }
  }

  /// Thrown when an organisation has [#MOST] domains.
  final class Full extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public Full() {
      super("an organisation has at most " + MOST + " domains", null, false, false);
    }
  }
}
