package dev.reveille.sip.identity;

import java.net.URI;
import java.net.URISyntaxException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/// The SIP domains that a certificate speaks for, by RFC 5922 section 7.
///
/// Only the leaf is asked, never the certificates that signed it. If it has URIs of scheme `sip`
/// among its alternative names, those without a user part are its domains and DNS names are
/// ignored; else its DNS names are; only a leaf without any alternative names is asked for its
/// common name. A name with a wildcard is none. Never changes; for any thread.
///
/// @param names in lower case; empty when the certificate speaks for no SIP domain
/// @param source where the names come from
public record PeerIdentity(Set<String> names, Source source) {
  /// The peer has shown no certificate.
  public static final PeerIdentity NONE = new PeerIdentity(Set.of(), Source.NOTHING);

  /// Where the names come from.
  public enum Source {
    SIP_URI,
    DNS_NAME,
    COMMON_NAME,
    /// There is no certificate, or no name in it that counts.
    NOTHING
  }

  private static final String ALTERNATIVE_NAMES = "2.5.29.17";
  private static final int DNS = 2;
  private static final int URI_NAME = 6;
  private static final int LONGEST_NAME = 253;
  private static final Pattern HOST_NAME =
      Pattern.compile(
          "[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*");

  public PeerIdentity {
    names = Set.copyOf(names);
  }

  /// The identity that this leaf proves; its chain must have been verified before.
  public static PeerIdentity of(final X509Certificate leaf) {
    if (leaf.getExtensionValue(ALTERNATIVE_NAMES) == null) {
      return made(commonName(leaf.getSubjectX500Principal()), Source.COMMON_NAME);
    }
    final Collection<List<?>> alternatives;
    try {
      final var found = leaf.getSubjectAlternativeNames();
      alternatives = found == null ? List.of() : found;
    } catch (CertificateParsingException _) {
      // names that cannot be read are names all the same: the common name does not count
      return NONE;
    }
    final var domains = new LinkedHashSet<String>();
    final var hosts = new LinkedHashSet<String>();
    for (final var one : alternatives) {
      if (one.get(0) instanceof final Integer kind && one.get(1) instanceof final String name) {
        if (kind == URI_NAME && isSip(name)) {
          addName(domainOf(name), domains);
        } else if (kind == DNS) {
          addName(name, hosts);
        }
      }
    }
    return domains.isEmpty() ? made(hosts, Source.DNS_NAME) : made(domains, Source.SIP_URI);
  }

  private static PeerIdentity made(final Set<String> names, final Source source) {
    return names.isEmpty() ? NONE : new PeerIdentity(names, source);
  }

  private static boolean isSip(final String uri) {
    return uri.regionMatches(/* ignoreCase= */ true, 0, "sip:", 0, 4);
  }

  /// The host of a SIP URI without a user part, or null.
  private static @Nullable String domainOf(final String uri) {
    final var rest = uri.substring(4);
    if (rest.indexOf('@') >= 0) {
      return null;
    }
    try {
      return new URI("sip://" + rest.split("[;?]", 2)[0]).getHost();
    } catch (URISyntaxException _) {
      return null;
    }
  }

  private static void addName(final @Nullable String name, final Set<String> into) {
    final var plain = name == null ? "" : normal(name);
    if (!plain.isEmpty()) {
      into.add(plain);
    }
  }

  /// Lower case and without the dot of the root; empty for what is no host name, such as a
  /// wildcard.
  private static String normal(final String name) {
    final var lower = name.toLowerCase(Locale.ROOT);
    final var plain = lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    return plain.length() <= LONGEST_NAME && HOST_NAME.matcher(plain).matches() ? plain : "";
  }

  private static Set<String> commonName(final X500Principal subject) {
    final var names = new LinkedHashSet<String>();
    try {
      final var parts = new LdapName(subject.getName(X500Principal.RFC2253)).getRdns();
      // the most specific one stands last
      for (int i = parts.size() - 1; i >= 0; i--) {
        if (parts.get(i).getType().equalsIgnoreCase("CN")) {
          if (parts.get(i).getValue() instanceof final String name) {
            addName(name, names);
          }
          break;
        }
      }
    } catch (InvalidNameException _) {
      return Set.of();
    }
    return names;
  }

  /// Whether the certificate speaks for this domain: letter by letter, without regard to case
  /// (section 7.2). A name of a higher domain does not speak for one below it.
  public boolean speaksFor(final String domain) {
    final var plain = normal(domain);
    return !plain.isEmpty() && names.contains(plain);
  }

  /// Whether the certificate speaks for one of these domains.
  public boolean speaksForOneOf(final Collection<String> domains) {
    return domains.stream().anyMatch(this::speaksFor);
  }

  /// Whether it speaks for no domain at all.
  public boolean isEmpty() {
    return names.isEmpty();
  }
}
