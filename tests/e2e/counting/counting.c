/*
 * For the test build of the tray only: counts the windows, menus, icons, drawing objects and blocks
 * of memory that the program made and that are still there, as Wine's own counters always say 0
 * (LAB.md). Linked with --wrap around the pointers that calls into Windows' libraries go through,
 * and around the C library's allocation.
 *
 * Whoever makes the file C:\lab\count-now gets C:\lab\counts.json, and the first file is gone. If
 * that file says "leak KIND", nothing of this kind is given back from then on, and of what the tray
 * never has to give back itself one more is made with each menu: it shows that a leak is seen.
 * SPDX-License-Identifier: MIT
 */
#include <windows.h>
#include <commctrl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#define TRIGGER L"C:\\lab\\count-now"
#define ANSWER L"C:\\lab\\counts.json"
#define UNFINISHED L"C:\\lab\\counts.part"
#define POLL_MS 20

/* The first ones are counted by their handles. */
enum kind { MENU, ICON, DRAWING, IMAGE_LIST, KEYS, KIND_COUNT };
#define HANDLE_KIND ((size_t)KIND_COUNT)
#define BLOCK_KIND (HANDLE_KIND + 1)

static const char *const kind_names[] = {"menus", "icons",   "drawing", "image_lists",
                                         "keys",  "handles", "blocks"};
#define NAME_COUNT (sizeof kind_names / sizeof kind_names[0])

/* What was made; who destroys it, and how, does not matter: the handles are asked whether they are
 * still valid. One that is used again stands here once. */
#define CAPACITY 65536
static struct {
    CRITICAL_SECTION lock;
    void *handles[KIND_COUNT][CAPACITY];
    size_t counts[KIND_COUNT];
    LONG borrowed_dcs;
    LONG blocks;    /* of memory */
    LONG cells_set; /* of list views; all that was ever done, as in the next two */
    LONG rows_added;
    LONG redraws;          /* of all of a window, because drawing begins again */
    LONGLONG painted_area; /* of list views, in pixels */
    LONG row_area;         /* of one row of the list view painted last */
    bool leaking[NAME_COUNT];
} made;

static bool is_alive(enum kind kind, void *handle)
{
    ICONINFO icon = {0};
    int width, height;

    switch (kind) {
    case MENU:
        return IsMenu(handle);
    case ICON:
        if (!GetIconInfo(handle, &icon))
            return false;
        DeleteObject(icon.hbmMask);
        DeleteObject(icon.hbmColor);
        return true;
    case DRAWING:
        return GetObjectType(handle) != 0;
    case IMAGE_LIST:
        return ImageList_GetIconSize(handle, &width, &height);
    case KEYS:
        return CopyAcceleratorTableW(handle, NULL, 0) > 0;
    case KIND_COUNT:
        break;
    }
    return false;
}

static size_t sweep(enum kind kind)
{
    size_t left = 0;

    for (size_t i = 0; i < made.counts[kind]; i++) {
        if (is_alive(kind, made.handles[kind][i]))
            made.handles[kind][left++] = made.handles[kind][i];
    }
    made.counts[kind] = left;
    return left;
}

static void *note(enum kind kind, void *handle)
{
    size_t i = 0;

    if (handle == NULL)
        return NULL;
    EnterCriticalSection(&made.lock);
    if (made.counts[kind] == CAPACITY)
        sweep(kind);
    while (i < made.counts[kind] && made.handles[kind][i] != handle)
        i++;
    if (i == made.counts[kind] && i < CAPACITY)
        made.handles[kind][made.counts[kind]++] = handle;
    LeaveCriticalSection(&made.lock);
    return handle;
}

/* WRAP(NAME, RESULT, (PARAMETERS)): the pointer for calls to NAME becomes ours; `real_NAME` is the
 * one that it was. */
#define WRAP(name, result, parameters)                                                   \
    extern result(WINAPI *const __real___imp_##name) parameters;                         \
    static result WINAPI counted_##name parameters;                                      \
    extern result(WINAPI *const __wrap___imp_##name) parameters;                         \
    result(WINAPI *const __wrap___imp_##name) parameters = counted_##name;               \
    static result WINAPI counted_##name parameters
#define REAL(name) (*__real___imp_##name)

/* What gives back. */

WRAP(DestroyMenu, BOOL, (HMENU menu))
{
    return made.leaking[MENU] ? TRUE : REAL(DestroyMenu)(menu);
}

WRAP(DestroyIcon, BOOL, (HICON icon))
{
    return made.leaking[ICON] ? TRUE : REAL(DestroyIcon)(icon);
}

WRAP(DestroyAcceleratorTable, BOOL, (HACCEL keys))
{
    return made.leaking[KEYS] ? TRUE : REAL(DestroyAcceleratorTable)(keys);
}

/* The C library's own, which core/base/mem.c builds on. */
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
void __real_free(void *memory);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *memory, size_t size);
void __wrap_free(void *memory);

static void *counted_block(void *memory)
{
    if (memory != NULL)
        InterlockedIncrement(&made.blocks);
    return memory;
}

void *__wrap_malloc(size_t size)
{
    return counted_block(__real_malloc(size));
}

void *__wrap_calloc(size_t count, size_t size)
{
    return counted_block(__real_calloc(count, size));
}

void *__wrap_realloc(void *memory, size_t size)
{
    return memory == NULL ? __wrap_malloc(size) : __real_realloc(memory, size);
}

void __wrap_free(void *memory)
{
    if (memory == NULL || made.leaking[BLOCK_KIND])
        return;
    InterlockedDecrement(&made.blocks);
    __real_free(memory);
}

/* What makes. */

static void leak_with_menu(void)
{
    if (made.leaking[DRAWING])
        CreateSolidBrush(RGB(1, 2, 3));
    if (made.leaking[IMAGE_LIST])
        ImageList_Create(16, 16, ILC_COLOR32, 1, 1);
    if (made.leaking[HANDLE_KIND])
        CreateEventW(NULL, FALSE, FALSE, NULL);
}

WRAP(CreatePopupMenu, HMENU, (void))
{
    leak_with_menu();
    return note(MENU, REAL(CreatePopupMenu)());
}

WRAP(LoadImageW, HANDLE,
     (HINSTANCE module, LPCWSTR name, UINT type, int width, int height, UINT flags))
{
    const HANDLE loaded = REAL(LoadImageW)(module, name, type, width, height, flags);

    if ((flags & LR_SHARED) != 0)
        return loaded;
    return note(type == IMAGE_BITMAP ? DRAWING : ICON, loaded);
}

typedef HRESULT WINAPI load_icon(HINSTANCE, LPCWSTR, int, int, HICON *);
static load_icon *load_scaled_down;

static HRESULT WINAPI counted_load_scaled_down(HINSTANCE module, LPCWSTR name, int width,
                                               int height, HICON *icon)
{
    const HRESULT result = load_scaled_down(module, name, width, height, icon);

    if (SUCCEEDED(result))
        note(ICON, *icon);
    return result;
}

/* For what mingw's import library lacks. */
WRAP(GetProcAddress, FARPROC, (HMODULE module, LPCSTR name))
{
    const FARPROC found = REAL(GetProcAddress)(module, name);

    if (found == NULL || IS_INTRESOURCE(name) ||
        strcmp(name, "LoadIconWithScaleDown") != 0)
        return found;
    load_scaled_down = (load_icon *)(void (*)(void))found;
    return (FARPROC)(void (*)(void))counted_load_scaled_down;
}

WRAP(CreateIconIndirect, HICON, (PICONINFO info))
{
    return note(ICON, REAL(CreateIconIndirect)(info));
}

WRAP(CreateFontIndirectW, HFONT, (const LOGFONTW *font))
{
    return note(DRAWING, REAL(CreateFontIndirectW)(font));
}

WRAP(CreateSolidBrush, HBRUSH, (COLORREF colour))
{
    return note(DRAWING, REAL(CreateSolidBrush)(colour));
}

WRAP(CreatePen, HPEN, (int style, int width, COLORREF colour))
{
    return note(DRAWING, REAL(CreatePen)(style, width, colour));
}

WRAP(CreateCompatibleDC, HDC, (HDC dc))
{
    return note(DRAWING, REAL(CreateCompatibleDC)(dc));
}

WRAP(CreateCompatibleBitmap, HBITMAP, (HDC dc, int width, int height))
{
    return note(DRAWING, REAL(CreateCompatibleBitmap)(dc, width, height));
}

WRAP(CreateBitmap, HBITMAP,
     (int width, int height, UINT planes, UINT bits, const void *data))
{
    return note(DRAWING, REAL(CreateBitmap)(width, height, planes, bits, data));
}

WRAP(CreateDIBSection, HBITMAP,
     (HDC dc, const BITMAPINFO *info, UINT usage, void **bits, HANDLE section,
      DWORD offset))
{
    return note(DRAWING, REAL(CreateDIBSection)(dc, info, usage, bits, section, offset));
}

WRAP(CreateRectRgn, HRGN, (int left, int top, int right, int bottom))
{
    return note(DRAWING, REAL(CreateRectRgn)(left, top, right, bottom));
}

WRAP(ImageList_Create, HIMAGELIST,
     (int width, int height, UINT flags, int count, int growth))
{
    return note(IMAGE_LIST, REAL(ImageList_Create)(width, height, flags, count, growth));
}

WRAP(CreateAcceleratorTableW, HACCEL, (LPACCEL keys, int count))
{
    return note(KEYS, REAL(CreateAcceleratorTableW)(keys, count));
}

WRAP(GetDC, HDC, (HWND window))
{
    InterlockedIncrement(&made.borrowed_dcs);
    return REAL(GetDC)(window);
}

WRAP(ReleaseDC, int, (HWND window, HDC dc))
{
    InterlockedDecrement(&made.borrowed_dcs);
    return REAL(ReleaseDC)(window, dc);
}

static bool is_list(HWND window)
{
    wchar_t class_name[32] = L"";

    GetClassNameW(window, class_name, 32);
    return wcscmp(class_name, WC_LISTVIEWW) == 0;
}

static LONG area(const RECT *box)
{
    return (box->right - box->left) * (box->bottom - box->top);
}

static LONG region_area(HRGN region)
{
    const DWORD size = GetRegionData(region, 0, NULL);
    RGNDATA *data = calloc(1, size);
    LONG sum = 0;

    if (data != NULL && GetRegionData(region, size, data)) {
        for (DWORD i = 0; i < data->rdh.nCount; i++)
            sum += area((const RECT *)data->Buffer + i);
    }
    free(data);
    return sum;
}

/* What is about to be painted of a list view, and how large a row of it is. */
static LRESULT CALLBACK measure_paint(HWND window, UINT message, WPARAM wParam,
                                      LPARAM lParam, UINT_PTR id, DWORD_PTR context)
{
    HRGN region;
    RECT row = {.left = LVIR_BOUNDS};
    RECT client;

    (void)id;
    (void)context;
    if (message == WM_PAINT) {
        region = REAL(CreateRectRgn)(0, 0, 0, 0);
        GetUpdateRgn(window, region, FALSE);
        made.painted_area += region_area(region);
        DeleteObject(region);
        if (SendMessageW(window, LVM_GETITEMRECT, 0, (LPARAM)&row) &&
            GetClientRect(window, &client))
            made.row_area = (row.bottom - row.top) * client.right;
    }
    if (message == WM_NCDESTROY)
        RemoveWindowSubclass(window, measure_paint, 0);
    return DefSubclassProc(window, message, wParam, lParam);
}

WRAP(SendMessageW, LRESULT, (HWND window, UINT message, WPARAM wParam, LPARAM lParam))
{
    if (message == LVM_SETITEMW || message == LVM_SETITEMSTATE) {
        InterlockedIncrement(&made.cells_set);
    } else if (message == LVM_INSERTITEMW) {
        InterlockedIncrement(&made.rows_added);
        SetWindowSubclass(window, measure_paint, 0, 0);
    } else if (message == WM_SETREDRAW && wParam && is_list(window)) {
        InterlockedIncrement(&made.redraws);
    }
    return REAL(SendMessageW)(window, message, wParam, lParam);
}

static BOOL CALLBACK count_window(HWND window, LPARAM context)
{
    (void)window;
    ++*(size_t *)context;
    return TRUE;
}

static BOOL CALLBACK count_own_window(HWND window, LPARAM context)
{
    DWORD process = 0;

    GetWindowThreadProcessId(window, &process);
    if (process != GetCurrentProcessId())
        return TRUE;
    count_window(window, context);
    return EnumChildWindows(window, count_window, context), TRUE;
}

static void write_counts(void)
{
    FILE *file = _wfopen(UNFINISHED, L"wb");
    size_t windows = 0;

    if (file == NULL)
        return;
    EnumWindows(count_own_window, (LPARAM)&windows);
    EnterCriticalSection(&made.lock);
    fprintf(file, "{\"windows\": %zu, \"borrowed_dcs\": %ld, \"blocks\": %ld", windows,
            made.borrowed_dcs, made.blocks);
    for (int kind = 0; kind < KIND_COUNT; kind++)
        fprintf(file, ", \"%s\": %zu", kind_names[kind], sweep((enum kind)kind));
    fprintf(
        file,
        ", \"drawn\": {\"cells\": %ld, \"rows\": %ld, \"redraws\": %ld, \"area\": %lld, "
        "\"row_area\": %ld}}\n",
        made.cells_set, made.rows_added, made.redraws, made.painted_area, made.row_area);
    LeaveCriticalSection(&made.lock);
    fclose(file);
    MoveFileExW(UNFINISHED, ANSWER, MOVEFILE_REPLACE_EXISTING);
}

/* "leak KIND", or nothing. */
static void obey(FILE *order)
{
    char words[32] = "";

    if (fgets(words, sizeof words, order) == NULL)
        return;
    for (size_t kind = 0; kind < NAME_COUNT; kind++) {
        if (strncmp(words, "leak ", 5) == 0 && strcmp(words + 5, kind_names[kind]) == 0)
            made.leaking[kind] = true;
    }
}

static DWORD WINAPI watch(void *context)
{
    (void)context;
    for (;; Sleep(POLL_MS)) {
        FILE *file = _wfopen(TRIGGER, L"rb");

        if (file == NULL)
            continue;
        obey(file);
        fclose(file);
        write_counts();
        DeleteFileW(TRIGGER);
    }
    return 0;
}

__attribute__((constructor)) static void begin(void)
{
    InitializeCriticalSection(&made.lock);
    CloseHandle(CreateThread(NULL, 0, watch, NULL, 0, NULL));
}
