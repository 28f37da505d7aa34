"""A CRM connector in code, against which the one without code is measured."""
