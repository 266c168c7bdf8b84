package dev.reveille.protocols.federation;

import dev.reveille.http.server.PemFiles;
import dev.reveille.sip.identity.PeerIdentity;
import dev.reveille.sip.transport.SipTls;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The certificate with which this server federates, the authorities that it trusts and the
/// revocation lists, from files. They are read again when one of them changes, looked at every five
/// seconds, and at least each hour; files that do not fit together leave the former ones in use.
///
/// Thread-safe. [#open] and [#look] block on the disk.
public final class FederationTls implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FederationTls.class);
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(5);
  private static final Duration LONGEST = Duration.ofHours(1);

  /// Where the files are; all PEM, lists also DER.
  ///
  /// @param certificate ours, then those up to the root
  /// @param key an unencrypted PKCS#8 key
  /// @param authorities of partners; at least one
  /// @param lists revocation lists
  /// @param strict whether a peer is refused of whose authority no list of today is there
  public record Source(
      Path certificate, Path key, List<Path> authorities, List<Path> lists, boolean strict) {
    public Source {
      authorities = List.copyOf(authorities);
      lists = List.copyOf(lists);
      if (authorities.isEmpty()) {
        throw new IllegalArgumentException("federation needs at least one trusted authority");
      }
    }

    private Stream<Path> files() {
      return Stream.of(List.of(certificate, key), authorities, lists).flatMap(List::stream);
    }
  }

  /// What is in use.
  ///
  /// @param issuers those of the known certificates that issued ours
  private record Loaded(
      SipTls tls,
      SipTls withoutCertificate,
      X509Certificate leaf,
      List<X509Certificate> issuers,
      RevocationLists lists) {}

  private final Source source;
  private final Clock clock;
  private final Thread watch;
  private volatile Loaded loaded;
  private List<String> seen;
  private long readAtNanos;

  private FederationTls(final Source source, final Clock clock) throws IOException {
    this.source = source;
    this.clock = clock;
    this.seen = state();
    this.readAtNanos = System.nanoTime();
    this.loaded = load();
    this.watch = Thread.ofVirtual().name("federation certificates").unstarted(this::watch);
  }

  /// Reads the files and begins to watch them.
  ///
  /// @throws IllegalArgumentException when they cannot be used; the message says why
  public static FederationTls open(final Source source, final Clock clock) {
    try {
      final var tls = new FederationTls(source, clock);
      tls.watch.start();
      return tls;
    } catch (final IOException unusable) {
      throw new IllegalArgumentException(unusable.getMessage(), unusable);
    }
  }

  /// For the next connection.
  SipTls current() {
    return loaded.tls;
  }

  /// For a connection of a phone, which shows no certificate. It trusts what partners' authorities
  /// issued, and what the one of our own certificate did where its file names that authority.
  SipTls withoutCertificate() {
    return loaded.withoutCertificate;
  }

  /// The names for which our certificate speaks.
  public Set<String> names() {
    return PeerIdentity.of(loaded.leaf).names();
  }

  /// Whether a certificate was issued by the authority that issued ours.
  boolean isOfOwnAuthority(final X509Certificate other) {
    final var now = loaded;
    return now.leaf.getIssuerX500Principal().equals(other.getIssuerX500Principal())
        && now.issuers.stream().anyMatch(issuer -> issued(issuer, other));
  }

  private static boolean issued(final X509Certificate issuer, final X509Certificate one) {
    try {
      one.verify(issuer.getPublicKey());
      return true;
    } catch (final GeneralSecurityException _) {
      return false;
    }
  }

  /// Authorities whose revocation list is out of date.
  public List<String> listsOutOfDate() {
    return loaded.lists.outOfDate();
  }

  private Loaded load() throws IOException {
    try {
      final var chain = PemFiles.certificates(source.certificate);
      final var key = PemFiles.privateKey(source.key);
      PemFiles.checkPair(chain.getFirst(), key);
      final var authorities = new ArrayList<X509Certificate>();
      for (final var file : source.authorities) {
        authorities.addAll(PemFiles.certificates(file));
      }
      final var lists =
          new RevocationLists(
              RevocationLists.read(source.lists), authorities, source.strict, clock);
      final var trust = new Trust(SipTls.trusting(authorities), lists);
      final var leaf = chain.getFirst();
      final var issuers =
          Stream.concat(chain.stream(), authorities.stream())
              .filter(one -> one.getSubjectX500Principal().equals(leaf.getIssuerX500Principal()))
              .filter(one -> issued(one, leaf))
              .toList();
      final var known = new ArrayList<>(authorities);
      known.addAll(chain.subList(1, chain.size()));
      final var ofPhone = SipTls.withoutCertificate(new Trust(SipTls.trusting(known), lists));
      return new Loaded(SipTls.of(key, chain, trust), ofPhone, leaf, issuers, lists);
    } catch (final GeneralSecurityException | IllegalArgumentException unusable) {
      throw new IOException(unusable.getMessage(), unusable);
    }
  }

  private List<String> state() {
    return source.files().map(FederationTls::state).toList();
  }

  private static String state(final Path file) {
    try {
      return Files.getLastModifiedTime(file) + " " + Files.size(file);
    } catch (final IOException gone) {
      return "";
    }
  }

  /// Reads the files again if one changed, or the hour is over.
  synchronized void look() {
    final var now = state();
    final boolean isOld = System.nanoTime() - readAtNanos > LONGEST.toNanos();
    if (now.equals(seen) && !isOld) {
      return;
    }
    seen = now;
    readAtNanos = System.nanoTime();
    try {
      loaded = load();
      LOG.info("the certificates for federation were read again");
    } catch (final IOException | RuntimeException unusable) {
      LOG.error(
          "the new files for federation are not used, the former ones stay: {}",
          unusable.getMessage());
    }
  }

  private void watch() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        Thread.sleep(BETWEEN_LOOKS);
        look();
      }
    } catch (final InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    watch.interrupt();
  }

  /// Judges peers by PKIX and then by the lists. The name is judged by the transport.
  private static final class Trust extends X509ExtendedTrustManager {
    private final X509TrustManager chains;
    private final RevocationLists lists;

    Trust(final X509TrustManager chains, final RevocationLists lists) {
      this.chains = chains;
      this.lists = lists;
    }

    @Override
    public void checkClientTrusted(final X509Certificate[] chain, final String type)
        throws CertificateException {
      chains.checkClientTrusted(chain, type);
      lists.check(chain);
    }

    @Override
    public void checkServerTrusted(final X509Certificate[] chain, final String type)
        throws CertificateException {
      chains.checkServerTrusted(chain, type);
      lists.check(chain);
    }

    @Override
    public void checkClientTrusted(
        final X509Certificate[] chain, final String type, final Socket socket)
        throws CertificateException {
      checkClientTrusted(chain, type);
    }

    @Override
    public void checkServerTrusted(
        final X509Certificate[] chain, final String type, final Socket socket)
        throws CertificateException {
      checkServerTrusted(chain, type);
    }

    @Override
    public void checkClientTrusted(
        final X509Certificate[] chain, final String type, final SSLEngine engine)
        throws CertificateException {
      checkClientTrusted(chain, type);
    }

    @Override
    public void checkServerTrusted(
        final X509Certificate[] chain, final String type, final SSLEngine engine)
        throws CertificateException {
      checkServerTrusted(chain, type);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return chains.getAcceptedIssuers();
    }
  }
}
