package dev.reveille.server;

import dev.reveille.http.server.TlsContexts;
import dev.reveille.model.AppId;
import dev.reveille.model.OrganisationId;
import dev.reveille.protocols.notificationhubs.HostNamespace;
import dev.reveille.protocols.notificationhubs.HostNamespaces;
import dev.reveille.protocols.rest.Findings;
import dev.reveille.routing.port.StoreException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sees to it that the certificates of the listeners are for the host names of namespaces: the one
/// that the server made itself is made anew when a name joins, by the same authority and with the
/// same key. Of one from outside it finds which names it lacks.
///
/// Thread-safe; may block on the disk.
final class HostCertificates implements Findings {
  private static final Logger LOG = LoggerFactory.getLogger(HostCertificates.class);

  private final LocalAuthority.CertificateFiles local;
  private final HostNamespaces namespaces;
  private final List<TlsContexts> ofLocal = new CopyOnWriteArrayList<>();

  /// By the name of the listener: what it shows under a host name.
  private final Map<String, Function<String, @Nullable TlsContexts>> shown = new LinkedHashMap<>();

  HostCertificates(final LocalAuthority.CertificateFiles local, final HostNamespaces namespaces) {
    this.local = local;
    this.namespaces = namespaces;
  }

  /// A configuration with the certificate that the server made itself.
  ///
  /// @throws StoreException when its files cannot be used
  TlsContexts local(final boolean http2) {
    try {
      final var contexts = TlsContexts.of(local.chain(), local.key(), http2);
      ofLocal.add(contexts);
      return contexts;
    } catch (final IllegalArgumentException unusable) {
      throw new StoreException(
          unusable.getMessage() + ".",
          "Let the user that runs the server read these files, or move them away: the next start"
              + " makes them anew, with another certificate for clients to trust.");
    }
  }

  /// Whether a namespace answers under a name.
  boolean isHost(final String name) {
    return namespaces.isAt(name);
  }

  /// Says what a listener shows under a host name; before requests come.
  void shows(final String listener, final Function<String, @Nullable TlsContexts> under) {
    shown.put(listener, under);
  }

  /// Makes the server's own certificate anew when it lacks a name. A failure is told in the log,
  /// and by [#find]: the namespace is there, and answers those who do not look at names.
  synchronized void cover() {
    final var hosts = namespaces.all().stream().map(HostNamespace::host).toList();
    try {
      if (!hosts.isEmpty() && LocalAuthority.cover(local, hosts)) {
        ofLocal.forEach(TlsContexts::reload);
      }
    } catch (final UncheckedIOException | IllegalArgumentException failed) {
      LOG.error("the certificate {} could not be made for all names", local.chain(), failed);
    }
  }

  @Override
  public List<Finding> find(final OrganisationId asking, final Predicate<AppId> own) {
    final var findings = new ArrayList<Finding>();
    final var all = asking.equals(OrganisationId.FIRST) ? namespaces.all() : namespaces.of(asking);
    for (final var namespace : all) {
      shown.forEach((listener, under) -> {
        final var contexts = under.apply(namespace.host());
        if (contexts != null && !contexts.isFor(namespace.host())) {
          findings.add(lacking(namespace, listener, contexts));
        }
      });
    }
    return findings;
  }

  private Finding lacking(
      final HostNamespace namespace, final String listener, final TlsContexts contexts) {
    return new Finding(
        true,
        "host-not-in-certificate",
        namespace.host(),
        "The certificate "
            + contexts.certificates()
            + " that the listener "
            + listener
            + " shows lacks the host name of the namespace "
            + namespace.name()
            + ": clients that check it refuse the connection.",
        ofLocal.contains(contexts)
            ? remedyOfOwn()
            : "Replace it by one that is also for DNS:"
                + namespace.host()
                + "; the server takes it up by itself within seconds.");
  }

  private String remedyOfOwn() {
    return LocalAuthority.canSign(local)
        ? "Start the server anew, and see its log for why the certificate could not be made."
        : "An older version made it and kept nothing to sign another with. Move the folder "
            + local.chain().getParent()
            + " away and start the server anew: it makes another authority, whose ca.pem clients"
            + " then have to trust.";
  }
}
