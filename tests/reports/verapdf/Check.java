import java.io.FileInputStream;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/** Prints a line a flavour and the rules that FILE breaks: java Check.java FILE 3a,ua1. Exit 1: it breaks some. */
public class Check {
    public static void main(String[] arguments) throws Exception {
        VeraGreenfieldFoundryProvider.initialise();
        boolean holds = true;
        for (String name : arguments[1].split(",")) {
            holds &= check(arguments[0], PDFAFlavour.byFlavourId(name));
        }
        System.exit(holds ? 0 : 1);
    }

    private static boolean check(String file, PDFAFlavour flavour) throws Exception {
        try (PDFAParser parser = Foundries.defaultInstance().createParser(new FileInputStream(file), flavour)) {
            PDFAValidator validator = Foundries.defaultInstance().createValidator(flavour, false);
            ValidationResult result = validator.validate(parser);
            System.out.println(flavour + (result.isCompliant() ? " holds, " : " does not hold, ") + result.getTotalAssertions() + " checks");
            for (TestAssertion assertion : result.getTestAssertions()) {
                if (assertion.getStatus() == TestAssertion.Status.FAILED) {
                    System.out.println(assertion.getRuleId().getClause() + " " + assertion.getMessage());
                }
            }
            return result.isCompliant();
        }
    }
}
