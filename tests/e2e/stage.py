"""A lab with Tidegate installed, which can be put back to how it began.

SPDX-License-Identifier: MIT
"""

import contextlib

from lab_seed import LAB_FIREWALL_KEY, LAB_KEY, SERVICE_AUTO
from product import PRIVATE, SERVICE_RUNNING, Lab, Product, wait_until

BACK_TIMEOUT = 20


class Stage:
    def __init__(self, key, lab_options, install=True):
        self.key = key
        self._stack = contextlib.ExitStack()
        try:
            self.lab = self._stack.enter_context(Lab(**lab_options))
            self.product = Product(self.lab)
            self.before = self.lab.foreign_dump()
            if self.lab.has_wsl:
                self.lab.start_vm()
            if install:
                self.product.install()
        except BaseException:
            self._stack.close()
            raise

    def close(self):
        self._stack.close()

    def put_back(self):
        """Everything as at the start, but for settings and pause, which a scenario puts back
        itself. AssertionError when something of it is left in the tables."""
        self.product.stop_tray()
        self._put_windows_back()
        self._put_product_back()
        try:
            wait_until(lambda: self.lab.foreign_dump() == self.before, BACK_TIMEOUT,
                       "the tables as they were")
        except TimeoutError:
            now = self.lab.foreign_dump()
            gone = [line for line in self.before if line not in now]
            new = [line for line in now if line not in self.before]
            raise AssertionError(f"left behind {new}, lost {gone}") from None

    def _put_windows_back(self):
        lab = self.lab
        for name in lab.reg_values(LAB_FIREWALL_KEY):
            lab.reg_delete(LAB_FIREWALL_KEY, name)
        for name in lab.reg_values(LAB_KEY):
            if name.startswith("Crash"):
                lab.reg_delete(LAB_KEY, name)
        lab.set_network_profile(PRIVATE)
        lab.set_excluded_ports()
        for name in ("MpsSvc", "iphlpsvc"):
            lab.set_service_start_type(name, SERVICE_AUTO)
            if lab.service(name)["state"] != SERVICE_RUNNING:
                lab.start_service(name)
        if lab.has_wsl and not lab.vm.running:
            lab.start_vm()

    def _put_product_back(self):
        product = self.product
        if self.lab.service("Tidegate")["state"] != SERVICE_RUNNING:
            self.lab.start_service("Tidegate")
        ids = [one["id"] for one in product.rules()]
        if ids:
            product.ctl("remove", *ids)
