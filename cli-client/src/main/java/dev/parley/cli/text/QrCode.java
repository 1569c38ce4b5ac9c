package dev.parley.cli.text;

import com.google.zxing.BarcodeFormat;
import com.google.zxing.EncodeHintType;
import com.google.zxing.WriterException;
import com.google.zxing.common.BitMatrix;
import com.google.zxing.qrcode.QRCodeWriter;
import com.google.zxing.qrcode.decoder.ErrorCorrectionLevel;
import java.util.Map;
import java.util.Optional;

/** A QR code in half blocks: two modules to a character. */
public final class QrCode {
  /** Modules of light around the code, as ISO/IEC 18004 §6.3.8 asks. */
  private static final int QUIET_ZONE = 4;

  private QrCode() {}

  /**
   * Light on dark, as most terminals are; readers take both.
   *
   * @param maxColumns the terminal's width
   * @return empty when the text does not fit into a code, or the code into the width
   */
  public static Optional<String> of(String text, int maxColumns) {
    BitMatrix code;
    try {
      code =
          new QRCodeWriter()
              .encode(
                  text,
                  BarcodeFormat.QR_CODE,
                  0,
                  0,
                  Map.of(
                      EncodeHintType.ERROR_CORRECTION,
                      ErrorCorrectionLevel.L,
                      EncodeHintType.MARGIN,
                      QUIET_ZONE));
    } catch (WriterException | IllegalArgumentException e) {
      return Optional.empty();
    }
    return code.getWidth() > maxColumns ? Optional.empty() : Optional.of(draw(code));
  }

  private static String draw(BitMatrix code) {
    StringBuilder lines = new StringBuilder();
    for (int y = 0; y < code.getHeight(); y += 2) {
      for (int x = 0; x < code.getWidth(); x++) {
        boolean upper = !code.get(x, y);
        boolean lower = y + 1 < code.getHeight() && !code.get(x, y + 1);
        lines.append(upper ? (lower ? '█' : '▀') : (lower ? '▄' : ' '));
      }
      lines.append('\n');
    }
    return lines.toString();
  }
}
