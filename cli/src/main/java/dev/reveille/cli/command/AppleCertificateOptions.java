package dev.reveille.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reveille.cli.terminal.Failure;
import java.util.Base64;
import picocli.CommandLine.Option;

/// The command-line options for a certificate for Apple: chain and key as two files, or both in
/// one.
final class AppleCertificateOptions {
  @Option(
      names = "--key-file",
      paramLabel = "FILE",
      description = "apns: the certificate's key, PEM (PKCS#8)")
  private String keyFile = "";

  @Option(
      names = "--p12",
      paramLabel = "FILE",
      description = "apns: certificate and key together, as Keychain exports them")
  private String pkcs12 = "";

  @Option(
      names = "--password-file",
      paramLabel = "FILE",
      description = "apns: a file with the password of --p12; without it there is none")
  private String passwordFile = "";

  boolean isGiven() {
    return !(keyFile + pkcs12 + passwordFile).isEmpty();
  }

  /// @param certificate the file of the chain, "" for none
  void write(final Session session, final String certificate, final ObjectNode body) {
    if (pkcs12.isEmpty() == certificate.isEmpty()) {
      throw Failure.misuse(
          "A certificate is given as --certificate and --key-file, or as --p12.",
          "Keychain exports both together; --p12 takes that file.");
    }
    if (pkcs12.isEmpty()) {
      if (keyFile.isEmpty() || !passwordFile.isEmpty()) {
        throw Failure.misuse(
            "--certificate needs --key-file, and no password.",
            "A key with a password becomes one without: openssl pkcs8 -in KEY -out KEY.pem");
      }
      body.put("certificate", session.content(certificate));
      body.put("privateKey", session.content(keyFile));
      return;
    }
    if (!keyFile.isEmpty()) {
      throw Failure.misuse("--p12 takes no --key-file.", "The file holds the key.");
    }
    body.put("pkcs12", Base64.getEncoder().encodeToString(session.bytes(pkcs12)));
    if (!passwordFile.isEmpty()) {
      body.put("password", withoutLineEnd(session.content(passwordFile)));
    }
  }

  /// A password may begin and end with blanks.
  private static String withoutLineEnd(final String text) {
    return text.replaceFirst("\\r?\\n$", "");
  }
}
