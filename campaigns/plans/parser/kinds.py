"""Kinds of documents, as their titles are printed, and what they are called."""

KIND_TITLES = {
    "KE HOACH": "Kế hoạch",
    "NGHI QUYET": "Nghị quyết",
    "QUYET DINH": "Quyết định",
    "CHI THI": "Chỉ thị",
    "CHUONG TRINH": "Chương trình",
    "HUONG DAN": "Hướng dẫn",
    "THONG BAO": "Thông báo",
    "BAO CAO": "Báo cáo",
    "TO TRINH": "Tờ trình",
    "KET LUAN": "Kết luận",
    "DE AN": "Đề án",
    "QUY CHE": "Quy chế",
    "QUY DINH": "Quy định",
    "CONG DIEN": "Công điện",
    "THONG TRI": "Thông tri",
    "PHUONG AN": "Phương án",
    "CONG VAN": "Công văn",
}
