package dev.reveille.push.app;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.pkcs.AuthenticatedSafe;
import org.bouncycastle.asn1.pkcs.EncryptedData;
import org.bouncycastle.asn1.pkcs.EncryptedPrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.MacData;
import org.bouncycastle.asn1.pkcs.PBES2Parameters;
import org.bouncycastle.asn1.pkcs.PBKDF2Params;
import org.bouncycastle.asn1.pkcs.PBMAC1Params;
import org.bouncycastle.asn1.pkcs.PKCS12PBEParams;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.Pfx;
import org.bouncycastle.asn1.pkcs.SafeBag;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;

/// Computes what it would cost to open a PKCS#12 file, before anything is hashed: the file's maker
/// chose how often its password is hashed for each part, and a hostile file could keep a processor
/// busy.
///
/// A key that lies sealed in a part that is sealed itself is not seen here; one key is opened, and
/// the JDK hashes at most 5,000,000 times for it.
final class Pkcs12Cost {
  /// A chain of certificates with its key has some kilobytes.
  private static final int MOST_BYTES = 64 * 1024;

  /// Programs write two, and the key in one of them.
  private static final int MOST_PARTS = 8;

  /// Some seconds of one processor. OpenSSL hashes 2,048 times for a part, the JDK 10,000 times.
  private static final BigInteger MOST_ITERATIONS = BigInteger.valueOf(1_000_000);

  private int parts;
  private BigInteger iterations = BigInteger.ZERO;

  private Pkcs12Cost() {}

  /// @throws IllegalArgumentException that begins with `pkcs12: `, when the file is too large, has
  ///   too many parts, takes too long to open, or is none
  static void check(final byte[] file) {
    if (file.length > MOST_BYTES) {
      throw new IllegalArgumentException(
          "pkcs12: is larger than "
              + MOST_BYTES / 1024
              + " KiB; export the app's certificate and"
              + " key alone");
    }
    final var cost = new Pkcs12Cost();
    try {
      cost.read(Pfx.getInstance(file));
    } catch (IllegalArgumentException
        | IllegalStateException
        | ArithmeticException
        | ClassCastException
        | NullPointerException
        | IndexOutOfBoundsException e) {
      throw new IllegalArgumentException("pkcs12: is no PKCS#12 file, or is damaged", e);
    }
    cost.judge();
  }

  private void judge() {
    if (parts > MOST_PARTS) {
      throw new IllegalArgumentException(
          "pkcs12: has more than "
              + MOST_PARTS
              + " parts; export the app's certificate and key"
              + " alone");
    }
    if (iterations.compareTo(MOST_ITERATIONS) > 0) {
      throw new IllegalArgumentException(
          "pkcs12: its password is to be hashed more than "
              + MOST_ITERATIONS
              + " times; export it anew with fewer iterations");
    }
  }

  private void read(final Pfx file) {
    if (file.getMacData() != null) {
      mac(file.getMacData());
    }
    final var content = ASN1OctetString.getInstance(file.getAuthSafe().getContent());
    for (final var part : AuthenticatedSafe.getInstance(content.getOctets()).getContentInfo()) {
      parts++;
      if (part.getContentType().equals(PKCSObjectIdentifiers.encryptedData)) {
        add(derivation(EncryptedData.getInstance(part.getContent()).getEncryptionAlgorithm()));
      } else if (part.getContentType().equals(PKCSObjectIdentifiers.data)) {
        for (final var sealing : keys(ASN1OctetString.getInstance(part.getContent()))) {
          parts++;
          add(derivation(sealing));
        }
      }
    }
  }

  private void mac(final MacData mac) {
    final var algorithm = mac.getMac().getAlgorithmId();
    if (algorithm.getAlgorithm().equals(PKCSObjectIdentifiers.id_PBMAC1)) {
      add(ofPbkdf2(PBMAC1Params.getInstance(algorithm.getParameters()).getKeyDerivationFunc()));
    } else {
      add(mac.getIterationCount());
    }
  }

  private void add(final BigInteger more) {
    if (more.signum() < 0) {
      throw new IllegalArgumentException("a negative number of iterations");
    }
    iterations = iterations.add(more);
  }

  private static List<AlgorithmIdentifier> keys(final ASN1OctetString part) {
    final var found = new ArrayList<AlgorithmIdentifier>();
    for (final var each : ASN1Sequence.getInstance(part.getOctets())) {
      final var bag = SafeBag.getInstance(each);
      if (bag.getBagId().equals(PKCSObjectIdentifiers.pkcs8ShroudedKeyBag)) {
        found.add(EncryptedPrivateKeyInfo.getInstance(bag.getBagValue()).getEncryptionAlgorithm());
      }
    }
    return found;
  }

  private static BigInteger derivation(final AlgorithmIdentifier sealing) {
    if (!sealing.getAlgorithm().equals(PKCSObjectIdentifiers.id_PBES2)) {
      return PKCS12PBEParams.getInstance(sealing.getParameters()).getIterations();
    }
    final var function =
        PBES2Parameters.getInstance(sealing.getParameters()).getKeyDerivationFunc();
    return ofPbkdf2(new AlgorithmIdentifier(function.getAlgorithm(), function.getParameters()));
  }

  private static BigInteger ofPbkdf2(final AlgorithmIdentifier function) {
    if (!function.getAlgorithm().equals(PKCSObjectIdentifiers.id_PBKDF2)) {
      throw new IllegalArgumentException(
          "a derivation other than PBKDF2: " + function.getAlgorithm());
    }
    return PBKDF2Params.getInstance(function.getParameters()).getIterationCount();
  }
}
