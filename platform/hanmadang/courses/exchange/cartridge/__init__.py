"""IMS Common Cartridge 1.1 to 1.3, and packages of QTI 1.2 with the same manifest."""
