package dev.reveille.simulators.service;

import java.math.BigInteger;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/// Decides which client certificates a service refuses in the TLS handshake, as it does with one
/// that was revoked; all others it accepts, to judge them by their contents. The refused caller
/// gets the alert `certificate_unknown` (RFC 8446 section 6.2), with TLS 1.3 when its own handshake
/// is already finished. Thread-safe.
public final class RefusedCertificates extends X509ExtendedTrustManager {
  private static final int HEX = 16;

  /// At most 20 octets (RFC 5280 section 4.1.2.2).
  private static final Pattern DIGITS = Pattern.compile("\\p{XDigit}{1,40}");

  private final LongAdder count = new LongAdder();
  private volatile Set<BigInteger> serials = Set.of();

  /// Refuses these from now on, and no others. What stands already is not looked at again.
  ///
  /// @param hex serial numbers in hexadecimal digits, as `openssl x509 -serial` prints them
  /// @throws IllegalArgumentException when one of them is none
  public void only(final List<String> hex) {
    serials = hex.stream().map(RefusedCertificates::serial).collect(Collectors.toUnmodifiableSet());
  }

  /// Looks at a serial number that was given as text.
  ///
  /// @return the same text
  /// @throws IllegalArgumentException when it is none
  public static String checked(final String hex) {
    serial(hex);
    return hex;
  }

  private static BigInteger serial(final String hex) {
    if (!DIGITS.matcher(hex).matches()) {
      throw new IllegalArgumentException(
          "a serial number has 1 to 40 hexadecimal digits, unlike \"" + hex + "\"");
    }
    return new BigInteger(hex, HEX);
  }

  /// In hexadecimal digits, in order.
  public List<String> list() {
    return new TreeSet<>(serials).stream().map(each -> each.toString(HEX)).toList();
  }

  /// How many handshakes were refused.
  public long count() {
    return count.sum();
  }

  private void judge(final X509Certificate[] chain) throws CertificateException {
    if (serials.contains(chain[0].getSerialNumber())) {
      count.increment();
      throw new CertificateException("this certificate is refused");
    }
  }

  @Override
  public void checkClientTrusted(final X509Certificate[] chain, final String type)
      throws CertificateException {
    judge(chain);
  }

  @Override
  public void checkClientTrusted(
      final X509Certificate[] chain, final String type, final Socket socket)
      throws CertificateException {
    judge(chain);
  }

  @Override
  public void checkClientTrusted(
      final X509Certificate[] chain, final String type, final SSLEngine engine)
      throws CertificateException {
    judge(chain);
  }

  @Override
  public void checkServerTrusted(final X509Certificate[] chain, final String type) {
    throw new IllegalStateException("a service calls no server");
  }

  @Override
  public void checkServerTrusted(
      final X509Certificate[] chain, final String type, final Socket socket) {
    throw new IllegalStateException("a service calls no server");
  }

  @Override
  public void checkServerTrusted(
      final X509Certificate[] chain, final String type, final SSLEngine engine) {
    throw new IllegalStateException("a service calls no server");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}
